"""Collects the tables of the hotline for Django."""

from bihuan.hotline.knowledge_models import Article, ArticleUse, Unread

__all__ = ["Article", "ArticleUse", "Unread"]
