"""All that the short edition shows, put together for its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from docutils.utils.smartquotes import educateQuotes

from entydig.presentation.places import SIGNS
from entydig.project.robustness import Robustness
from entydig.project.study import Study
from entydig.publishing.print.matter import Frame, about
from entydig.publishing.print.pixi_findings import Content, Records, axis, cover_rows, finding_content, legend
from entydig.publishing.print.pixi_places import drawn_quotations, meeting_rows, place_contents, quoted
from entydig.publishing.print.pixi_sure import held_content, recommendation_rows, verdict_rows
from entydig.publishing.print.pixi_texts import PixiTexts
from entydig.publishing.provenance import Provenance
from entydig.wording import date, percent, text

__all__ = ["pixi_content"]

# Texts of the machinery that the template takes as they are.
WORDS = (
    *("pixi", "pixi_findings", "pixi_places", "pixi_recommendations", "pixi_sure", "pixi_colophon"),
    *(
        "pixi_claims",
        "pixi_meeting",
        "pixi_survey",
        "pixi_context",
        "pixi_heard",
        "pixi_said",
        "pixi_verdicts",
    ),
    *(
        "pixi_otherwise",
        "pixi_held_note",
        "pixi_figure_note",
        "pixi_quotation_note",
        "pixi_synthetic_heading",
    ),
    *(
        "pixi_page",
        "pixi_axis",
        "pixi_share_axis",
        "pixi_points_axis",
        "pixi_strength_note",
        "pixi_meeting_note",
        "pixi_who",
    ),
    "pixi_check",
)
CERTIFICATE = ("id", "build", "version", "data", "world", "registered", "register")


def pixi_content(
    study: Study,
    records: Records,
    held: Robustness,
    frame: Frame,
    texts: PixiTexts,
    config: Mapping[str, Any],
) -> Content:
    """Give all that the template shows, as JSON types.

    Parameters
    ----------
    study : Study
        Knows the registers, the case material and the language.
    records : mapping
        Claim id to the content of its record.
    held : Robustness
        Of all claims.
    frame : Frame
    texts : PixiTexts
    config : mapping
        Content of ``_config.yml``.
    """
    language, cases = study.language, study.cases
    chosen = drawn_quotations(study) if cases.there else {}
    findings = [
        finding_content(study, records, name) | {"quotation": quoted(cases, chosen.get(name))}
        for name in study.register.findings
    ]
    recommendations = recommendation_rows(study, records)
    content = {
        **about(frame, {"short": texts.short or frame.edition.title}, config, frame.build.digest),
        "pixi": {
            "cover": texts.cover or text("pixi", language),
            "rows": cover_rows(study, records),
            "axis": axis(language),
            "legend": legend(study),
            "sesoi": study.sesoi,
            "cover_note": text("pixi_drawing_note", language, interval=_interval(records, language)),
            "about": _about(texts),
            "findings": findings,
            "meeting": meeting_rows(study, records),
            "place_names": [cases.material.register.places[place].name[language] for place in cases.places],
            "place_words": list(_place_words(language)),
            "levels": list(_levels(study)),
            "places": list(place_contents(study, {each.id for each in chosen.values()})),
            "recommendations": recommendations,
            "verdict_heads": [text(name, language) for name in ("verdict_heading", "pixi_when", "claims")],
            "verdicts": verdict_rows(study, records),
            "held": held_content(study, held),
            "sure": [{"title": each.title, "text": each.text} for each in texts.sure],
            "certificate": list(_certificate(frame.build, language)),
            "colophon": [*texts.colophon, *_left_out(study, texts, recommendations)],
            "words": {name: text(name, language) for name in WORDS} | _headings(texts),
        },
    }
    return dict(_smart(content, lambda said: str(educateQuotes(said, language))))


def _about(texts: PixiTexts) -> Content | None:
    if not texts.about:
        return None
    drawing = texts.drawing
    shown = {"file": drawing.file.name, "alt": drawing.alt, "caption": drawing.caption} if drawing else None
    return {"title": texts.about_title, "text": list(texts.about), "drawing": shown}


def _headings(texts: PixiTexts) -> dict[str, str]:
    own = {
        "pixi_findings": texts.findings,
        "pixi_places": texts.places,
        "pixi_recommendations": texts.recommendations,
        "pixi_recommendations_lead": texts.recommendations_lead,
    }
    return {name: value for name, value in own.items() if value}


def _interval(records: Records, language: str) -> str:
    levels = {part["estimate"]["confidence"] for record in records.values() for part in record["parts"]}
    named = [percent(level, language) for level in sorted(levels, reverse=True)][:1]
    return text("pixi_interval", language, confidence="".join(named))


def _place_words(language: str) -> Iterator[Content]:
    for word, sign in SIGNS.items():
        yield {"sign": sign, "word": text(f"place_{word}", language)}


def _levels(study: Study) -> Iterator[Content]:
    if study.cases.there:
        for name, level in study.cases.material.register.levels.items():
            yield {"name": level.name[study.language], "about": study.cases.who(name)}


def _certificate(build: Provenance, language: str) -> Iterator[Content]:
    registered = build.registered.get("date", "")
    found = {
        "id": build.digest,
        "build": build.build,
        "version": build.version,
        "data": build.data,
        "world": build.world,
        "registered": date(registered, language) if registered else "",
        "register": build.registered.get("sha256", ""),
    }
    for name in CERTIFICATE:
        if found[name]:
            yield {
                "name": text(f"print_{name}", language),
                "value": found[name],
                "code": name != "registered",
            }


def _left_out(study: Study, texts: PixiTexts, recommendations: Sequence[Content]) -> Iterator[str]:
    missing = {
        "about": not texts.about,
        "places": not study.cases.there,
        "recommendations": not recommendations,
    }
    for name, left_out in missing.items():
        if left_out:
            yield text(f"pixi_without_{name}", study.language)


def _smart(value: Any, educate: Callable[[str], str]) -> Any:
    """Set straight quotation marks in the language's own, in every text."""
    if isinstance(value, str):
        return educate(value) if "'" in value or '"' in value else value
    if isinstance(value, Mapping):
        return {name: _smart(each, educate) for name, each in value.items()}
    return [_smart(each, educate) for each in value] if isinstance(value, list) else value
