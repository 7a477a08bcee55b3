from django.urls import URLPattern, path, re_path

from orders.web import (
    checkout_views,
    document_views,
    find_views,
    join_views,
    order_views,
    pay_views,
    privacy_views,
    return_views,
)

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("account/privacy/", privacy_views.privacy, name="privacy"),
    path("account/privacy/newsletter/", privacy_views.newsletter, name="newsletter"),
    path("account/privacy/export/", privacy_views.export, name="export"),
    path("account/privacy/export/<slug:public_id>/", privacy_views.download, name="export_download"),
    path("account/privacy/close/", privacy_views.close, name="close_account"),
    path("order-summary/", checkout_views.summary, name="summary"),
    path("orders/", order_views.orders, name="list"),
    path("orders/find/", find_views.find, name="find"),
    path("orders/<slug:number>/", order_views.detail, name="detail"),
    path("orders/<slug:number>/confirmation/", order_views.confirmation, name="confirmation"),
    path("orders/<slug:number>/account/", join_views.open_account, name="join"),
    path("orders/<slug:number>/cancel/", order_views.cancel, name="cancel"),
    path("orders/<slug:number>/return/", return_views.send_back, name="return"),
    path("orders/<slug:number>/reorder/", order_views.order_again, name="reorder"),
    path("orders/<slug:number>/invoice/", document_views.invoice, name="invoice"),
    path("orders/<slug:number>/credit-notes/<slug:note>/", document_views.credit_note, name="credit_note"),
    path("orders/<slug:number>/pay/", pay_views.pay, name="pay"),
    path("orders/<slug:number>/pay/confirm/", pay_views.bank, name="pay_confirm"),
    path("orders/<slug:number>/pay/back/", pay_views.back, name="pay_back"),
    path("orders/<slug:number>/pay/waiting/", pay_views.waiting, name="pay_waiting"),
    path("orders/<slug:number>/pay/method/", pay_views.another_way, name="pay_method"),
    # With and without the slash: a redirect between the two would carry the key further than it must go.
    re_path(r"^orders/(?P<number>[-\w]+)/open/(?P<token>[-\w]+)/?$", find_views.open_by_link, name="open"),
]
