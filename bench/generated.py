"""A corpus of any size, written by a grammar: sections on networks of places that do not exist, and questions whose answer is known.

Every section speaks of one service of one place and states two figures that no other section states of it; the rest is what such sections
say. The same number gives the same corpus, and a smaller one is the beginning of a larger one.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTIONS_A_DOCUMENT = 100
HEADS = "ash bar bell brad brook cal carl cor dun east elm fair fen gar glen hal har hazel hol ken kil lam lang lin mar mel mill nor oak pen rad red rock sal sea sel shel stan thorn wal wel west whit win wood"
MIDDLES = "a ber bo de den e ger ing le ley lo ma mer min ner o ring ro ser ther ton ver wen"
TAILS = "beck borough bridge bury by combe dale don field ford ham head hurst leigh mere moor mouth port stead stow ton wick worth"
SERVICES = (
    ("pathology", "laboratories", "samples"),
    ("stroke care", "stroke units", "patients"),
    ("maternity", "birth centres", "births"),
    ("community nursing", "nursing teams", "home visits"),
    ("eye care", "eye clinics", "cataract operations"),
    ("radiology", "imaging departments", "scans"),
    ("pharmacy", "dispensaries", "prescriptions"),
    ("mental health crisis", "crisis teams", "calls"),
    ("ambulance", "ambulance stations", "journeys"),
    ("dental", "dental clinics", "appointments"),
    ("hip and knee surgery", "orthopaedic wards", "operations"),
    ("diabetes", "diabetes clinics", "reviews"),
    ("children's services", "children's wards", "admissions"),
    ("cancer", "chemotherapy units", "treatments"),
    ("discharge", "discharge hubs", "discharges"),
    ("procurement", "stores", "orders"),
)
OPENINGS = (
    "The {place} {service} network brings {joined} {units} together under one board.",
    "In {place}, {joined} {units} work as one {service} network.",
    "{joined} {units} of {place} have shared one {service} network since {year}.",
)
FIGURES = (
    "In {year} the {place} {service} network handled {handled:,} {things}.",
    "The {place} {service} network handled {handled:,} {things} in {year}.",
)
FILLERS = (
    "A lead provider holds the contract and answers for it to the commissioners.",
    "The board meets every {weeks} weeks and its minutes are published.",
    "Staff may work at any of the sites under a shared passport.",
    "A memorandum of understanding sets out who decides and who pays.",
    "Waiting lists are seen as one list, so that patients go where there is room.",
    "Savings of £{saved},000 were put back into training in the first year.",
    "Clinical leads agree on pathways before they are put to the boards.",
    "Early disagreements about money were settled by an independent chair.",
    "Each partner keeps its own regulator, employer and board.",
    "Data are shared through one system that took {months} months to set up.",
    "Patients were asked about the changes in {months} public meetings.",
    "Recruitment is done once for all partners, which fills posts sooner.",
    "The partners review the risks they share twice a year.",
    "What works is written down and offered to neighbouring networks.",
)


class Told(NamedTuple):
    """One section: its heading, its paragraphs, and a question with the sentence that answers it."""

    heading: str
    paragraphs: tuple[str, ...]
    question: str
    answer: str


def told(seed: int = 0) -> Iterator[Told]:
    """Sections without end (some hundred thousand places, sixteen services each)."""
    random = Random(seed)
    seen: set[str] = set()
    while True:
        place = _place(random)
        if place in seen:
            continue
        seen.add(place)
        for service, units, things in SERVICES:
            values = {
                "place": place,
                "service": service,
                "units": units,
                "things": things,
                "joined": random.randint(3, 40),
                "handled": random.randint(1_000, 999_999),
                "year": random.randint(2012, 2023),
                "weeks": random.randint(2, 12),
                "saved": random.randint(20, 900),
                "months": random.randint(3, 30),
            }
            opening, figure = (random.choice(lines).format(**values) for lines in (OPENINGS, FIGURES))
            fillers = [line.format(**values) for line in random.sample(FILLERS, 5)]
            counted = random.random() < 0.5
            question = (
                f"How many {units} belong to the {place} {service} network?"
                if counted
                else f"How many {things} did the {place} {service} network handle?"
            )
            yield Told(
                f"{service.capitalize()} in {place}",
                (f"{opening} {' '.join(fillers[:2])}", f"{figure} {' '.join(fillers[2:])}"),
                question,
                opening if counted else figure,
            )


def write(folder: Path, sections: int, questions: int, seed: int = 0) -> list[Told]:
    """Writes a corpus of so many sections, and returns those that are asked about, spread over all of it."""
    folder.mkdir(parents=True)
    every = max(1, sections // questions)
    asked = []
    source = islice(told(seed), sections)
    for number in range((sections + SECTIONS_A_DOCUMENT - 1) // SECTIONS_A_DOCUMENT):
        lines = [f"# Networks of health services, volume {number + 1}", ""]
        for place, section in enumerate(islice(source, SECTIONS_A_DOCUMENT), number * SECTIONS_A_DOCUMENT):
            lines += [f"## {section.heading}", "", *(f"{paragraph}\n" for paragraph in section.paragraphs)]
            if place % every == every // 2 and len(asked) < questions:
                asked.append(section)
        (folder / f"volume-{number + 1:05}.md").write_text("\n".join(lines), encoding="utf-8")
    return asked


def write_set(folder: Path, sections: int, questions: int, seed: int = 0) -> None:
    """Writes the same sections as a retrieval set in the layout of BEIR, each a document, every question with the one that answers it."""
    (folder / "qrels").mkdir(parents=True)
    every = max(1, sections // questions)
    corpus, queries, grades = [], [], ["query-id\tcorpus-id\tscore"]
    for number, section in enumerate(islice(told(seed), sections)):
        corpus.append(json.dumps({"_id": f"s{number}", "title": section.heading, "text": "\n\n".join(section.paragraphs)}))
        if number % every == every // 2 and len(queries) < questions:
            queries.append(json.dumps({"_id": f"q{number}", "text": section.question}))
            grades.append(f"q{number}\ts{number}\t1")
    for name, lines in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels/test.tsv", grades)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _place(random: Random) -> str:
    name = random.choice(HEADS.split()) + (random.choice(MIDDLES.split()) if random.random() < 0.8 else "") + random.choice(TAILS.split())
    extra = random.choice(("", "", "", " St Mary", " Magna", " Parva", "-on-Sea", " Green", " Cross"))
    return name.capitalize() + extra
