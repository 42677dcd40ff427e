"""Ranks labels for a text by what was labelled before (学): pure, general, no Django, nothing of the city.

`train` (in `training`, which needs scikit-learn) makes a Model from examples; `Model.rank` says which labels fit a
text, how sure it is, and which words and which earlier examples say so; `store` and `load` keep it without pickle.
`sort_by` (in `sorting`) makes a Sorter, for many messages and few classes, that keeps no text of those it saw.
"""

from bihuan.learning.model import Example, Model, Ranked, Ranking
from bihuan.learning.storing import BadModel, load, store

__all__ = ["BadModel", "Example", "Model", "Ranked", "Ranking", "load", "store"]
