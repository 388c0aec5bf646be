"""What the short edition says beside findings and places: recommendations, and how sure all of it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from entydig.claims.recommendations import read_recommendations
from entydig.claims.wording import SYMBOLS
from entydig.project.recommendations import RECOMMENDATIONS, Recommendations, Weighed
from entydig.project.robustness import Robustness
from entydig.project.study import Study
from entydig.publishing.print.pixi_findings import Content, Records
from entydig.wording import number, text

__all__ = ["held_content", "recommendation_rows", "verdict_rows"]


def recommendation_rows(study: Study, records: Records) -> list[Content]:
    """Give the recommendations, each with the claims it rests on; none where the evaluation has no such file.

    Raises
    ------
    DataError
        The file cannot be used.
    """
    path = study.evaluation.root / RECOMMENDATIONS
    if not path.is_file():
        return []
    found = read_recommendations(path, study.register, study.instrument.languages)
    weighed = Recommendations(study, records, found).weighed
    return [_recommended(study, records, each) for each in weighed]


def verdict_rows(study: Study, records: Records) -> list[Content]:
    """Give each verdict with its word, when it is given, and how many claims have it."""
    counts = Counter(record["verdict"]["word"] for record in records.values())
    source = study.survey.source
    return [
        {
            "symbol": symbol,
            "word": text(f"{source}_{word.replace(' ', '_')}", study.language),
            "meaning": text(f"pixi_meaning_{word.replace(' ', '_')}", study.language),
            "count": number(counts[word], study.language),
        }
        for word, symbol in SYMBOLS.items()
    ]


def held_content(study: Study, held: Robustness) -> Content:
    """Give for each claim under how many combinations of choices its verdict is the registered one."""
    tested = {claim: each for claim, each in held.held.items() if each.tested}
    steady = sum(each.agreeing == len(each.tested) for each in tested.values())
    counts = {"steady": number(steady, study.language), "all": number(len(tested), study.language)}
    return {
        "sentence": text("pixi_held", study.language, combinations=held.combinations, **counts),
        "rows": [
            {
                "claim": claim,
                "share": each.agreeing / len(each.tested),
                "written": f"{number(each.agreeing, study.language)}/{number(len(each.tested), study.language)}",
            }
            for claim, each in tested.items()
        ],
    }


def _recommended(study: Study, records: Records, weighed: Weighed) -> Content:
    language, recommendation = study.language, weighed.recommendation
    strength = text(f"strength_{weighed.strength}", language)
    if study.is_synthetic:
        strength = text("strength_synthetic", language, word=strength)
    return {
        "id": recommendation.id,
        "text": recommendation.text[language],
        "why": recommendation.why[language],
        "strength": strength,
        "origin": text(f"recommendation_{'explicit' if recommendation.explicit else 'reading'}", language),
        "claims": list(_carried(records, recommendation.claims, language)),
    }


def _carried(records: Records, claims: tuple[str, ...], language: str) -> Iterator[Content]:
    for claim in claims:
        record = records.get(claim)
        symbol = SYMBOLS[record["verdict"]["word"]] if record else ""
        word = str(record["words"][language]) if record else text("not_yet", language)
        yield {"id": claim, "symbol": symbol, "word": word}
