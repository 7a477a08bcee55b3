from django.urls import URLPattern, path

from carts.web import add_view, cart_views, line_views, wish_views

app_name = "carts"
urlpatterns: list[URLPattern] = [
    path("cart/", cart_views.cart, name="cart"),
    path("cart/add/", add_view.add, name="add"),
    path("cart/extend/", cart_views.extend, name="extend"),
    path("cart/empty/", cart_views.empty, name="empty"),
    path("cart/coupon/", cart_views.coupon, name="coupon"),
    path("cart/destination/", cart_views.destination, name="destination"),
    path("cart/items/<str:line_id>/", line_views.update, name="update"),
    path("cart/items/<str:line_id>/remove/", line_views.remove, name="remove"),
    path("cart/items/<str:line_id>/save/", line_views.save, name="save"),
    path("account/saved/", wish_views.saved, name="saved"),
    path("wish-list/", wish_views.wish_list, name="wish_list"),
    path("wish-list/<int:product_id>/", wish_views.wish, name="wish"),
    path("cart/saved/<str:saved_id>/restore/", line_views.restore, name="restore"),
    path("cart/saved/<str:saved_id>/forget/", line_views.forget, name="forget"),
]
