"""The addresses of the administrator's pages of deliveries and web hooks; web/urls.py includes them."""

from django.urls import path

from bihuan.web.pages import delivery

urlpatterns = [
    path("", delivery.delivery_list, name="delivery"),
    path("resend/", delivery.resend_dead, name="resend_dead"),
    path("<int:pk>/resend/", delivery.resend_one, name="resend"),
    path("hooks/", delivery.hook_list, name="hooks"),
    path("hooks/new/", delivery.new_hook, name="new_hook"),
    path("hooks/<int:pk>/", delivery.hook_page, name="hook"),
    path("hooks/<int:pk>/<str:deed>/", delivery.hook_deed, name="hook_deed"),
]
