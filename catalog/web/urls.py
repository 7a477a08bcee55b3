from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from catalog.web import home_views, listing_views, media, product_views, review_views, site_views
from catalog.web.sitemaps import SITEMAPS

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    path("", home_views.home, name="home"),
    path("products/", listing_views.product_list, name="list"),
    path("products/<slug:slug>/", product_views.product, name="product"),
    path("account/reviews/", review_views.my_reviews, name="my_reviews"),
    path("products/<slug:slug>/reviews/", review_views.review, name="review"),
    path("categories/<path:path>/", listing_views.category, name="category"),
    path("search/", listing_views.search, name="search"),
    path("search/suggest/", listing_views.suggestions, name="suggest"),
    path("pages/<slug:slug>/", site_views.content_page, name="page"),
    path("dashboard/", RedirectView.as_view(pattern_name="catalog:list"), name="dashboard"),
    path("robots.txt", site_views.robots, name="robots"),
    path("favicon.ico", site_views.favicon, name="favicon"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "catalog:sitemap"},
        name="sitemap-index",
    ),
    path("sitemap-<section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]

if settings.MEDIA_URL.startswith("/"):
    urlpatterns.append(path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media.media, name="media"))
