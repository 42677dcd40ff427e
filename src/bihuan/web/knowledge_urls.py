"""The addresses of the knowledge base; web/urls.py includes them at the root."""

from django.urls import path

from bihuan.web.pages import knowledge

urlpatterns = [
    path("knowledge/", knowledge.search_page, name="knowledge"),
    path("knowledge/<str:number>/", knowledge.article_page, name="knowledge_article"),
    path("help/", knowledge.help_page, name="help"),
    path("help/<str:number>/", knowledge.help_article, name="help_article"),
    path("help/<str:number>/helped/", knowledge.helped, name="helped"),
]
