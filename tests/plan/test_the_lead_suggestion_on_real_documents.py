"""On the State Council's own divisions of work the learned lead beats duty words, asked about later years only."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.shared


def test_what_was_learned_from_earlier_documents_names_later_leads_better_than_duty_words() -> None:
    from benchmarks.lead import SPLITS, Duties, hits
    from benchmarks.silver import tasks

    try:
        told = tasks()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    duties = Duties()
    for _, early, late in SPLITS:
        past = [example for example in told if example.when in early]
        asked = [example for example in told if example.when in late]
        assert not {e.when for e in past} & {e.when for e in asked}
        learned, alone = hits(duties.product(past), asked), hits(duties.alone(past), asked)
        assert learned[0] > alone[0] + 0.05
        assert learned[1] > alone[1] + 0.05
