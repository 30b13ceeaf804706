"""A corpus of four small documents, read, cut, embedded and kept by the real parts; only the embedder is a fake."""

from pathlib import Path

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.support import Verdicts
from pc_assistant.knowledge.catalogue import MANIFEST, authorities, scan
from pc_assistant.knowledge.indexing import SyncReport, sync
from pc_assistant.knowledge.reference import read_reference
from pc_assistant.retrieval.adapter import QueryAdapter
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.expansion import Expander
from pc_assistant.retrieval.sections import Expected
from pc_assistant.retrieval.snapshot import Snapshot, take
from pc_assistant.retrieval.spelling import Spelling

EMBEDDER = HashingEmbedder()
MISSPELT = frozenset({"colaborative", "harbor", "comittee"})  # the only words that the language does not know here

FILES = {
    "manifest.yaml": """
documents:
  - {id: harbour-cases, title: Harbours together, publisher: Port Providers, published: 2021-06-01, kind: case_studies, authority: 4,
     law_as_of: 2021-06-01, summary: Case studies of harbours that work together.}
  - {id: harbour-event, title: Harbour conference, publisher: Port Providers, published: 2023-12-05, kind: event, authority: 3,
     law_as_of: 2023-12-05, summary: Slides of one day in December.}
  - {id: harbour-guidance, title: Harbours at scale, publisher: Harbours England, published: 2021-08-01, kind: guidance, authority: 1,
     law_as_of: 2021-08-01, summary: What harbours are expected to do.}
  - {id: harbour-toolkit, title: Harbour toolkit, publisher: Harbours England, published: 2022-01-10, kind: toolkit, authority: 2,
     law_as_of: 2022-01-10, summary: Worksheets for setting up.}
""",
    "glossary.yaml": """
terms:
  - {term: QB, long: quay board, synonyms: [quay boards, board of the quay]}
  - {term: pilotage, long: pilotage, synonyms: [guiding of ships]}
""",
    "timeline.yaml": """
events:
  - {id: act, date: 2022-07-01, title: The Act}
subjects:
  - {id: joint-committees, terms: [joint committee, joint committees], changed: act,
     message: "Before the Act joint committees were planned; the conference treats them as lawful.",
     later_source: {doc: harbour-event, section: "Law > Joint committees"}}
  - {id: pooled-funds, terms: [pooled fund], changed: act, message: "Funds may be pooled since the Act."}
""",
    "collaboratives.yaml": """
collaboratives:
  - id: north-pilots
    name: North Bay Pilots Partnership
    short: [NBPP, North Bay Pilots]
    places: [North Bay, Cromer Head]
    sections: [{doc: harbour-cases, section: North Bay pilots}, {doc: harbour-toolkit, section: Examples}]
  - id: north-lifeboats
    name: North Bay Lifeboat Alliance
    short: [NBLA]
    places: [North Bay]
    sections: [{doc: harbour-cases, section: North Bay lifeboats}, {doc: harbour-toolkit, section: Examples}]
  - id: south-quay
    name: South Quay and St Orla's Group NHS Trust
    short: [SQG]
    places: [South Quay]
    sections: [{doc: harbour-cases, section: South Quay}, {doc: harbour-toolkit, section: Examples}]
  - id: west
    name: West Mole
    sections: [{doc: harbour-toolkit, section: Examples}]
""",
    "harbour-guidance/01.md": """---
document: harbour-guidance
title: Guidance
---
# What a harbour collaborative is
<!--
source:
  - Definition
questions:
  - What is a harbour collaborative?
  - Which body plans moorings with a neighbour?
-->
A harbour collaborative is a partnership of at least two harbours that work at scale. Harbours must keep their own boards.

Functions may be delegated to a joint committee under s65Z5 once the Act is in force.

# Models of collaborative
<!--
source:
  - Models > Three models
-->
Three models of harbour collaborative:

- lead harbour, which holds the contract
- quay board, on which the chief pilots sit
- shared leadership, with one harbour master for all

# Membership by date
<!--
source:
  - Membership
-->
Deep-water harbours are expected to join a collaborative by April 2022. Fishing harbours should not be left out.
""",
    "harbour-toolkit/01.md": """---
document: harbour-toolkit
title: Toolkit
---
# Sharing risk and gain
<!--
source:
  - Risk
-->
A risk and gain share divides the savings of dredging among the harbours. It can stand in the collaborative's agreement.

| Measure | Result |
| --- | --- |
| Dredging | £2m saved |
| Moorings | 40% shared |

# Steps for setting up
<!--
source:
  - Steps
-->
Set up a collaborative in four steps:

1. Agree a vision with the crews
2. Map the moorings
3. Choose a model
4. Measure the results

# Examples of collaboratives
<!--
source:
  - Examples
-->
NBLA and the West Mole wrote the first registers.
""",
    "harbour-event/01.md": """---
document: harbour-event
title: Slides
---
# Joint committees since the Act
<!--
source:
  - Law > Joint committees
-->
A joint committee is a lawful form since 1 July 2022. Its decisions bind the member harbours.

# Survey of collaboratives
<!--
source:
  - Survey
-->
Of the 42 collaboratives that answered, 40% were considering legal flexibilities.
""",
    "harbour-cases/01.md": """---
document: harbour-cases
title: Case studies
---
# The pilots' results
<!--
source:
  - North Bay pilots
questions:
  - How far did the wait for a pilot fall in North Bay?
-->
Ships in North Bay wait seven minutes for a pilot, not 73 as before.

# The lifeboats' results
<!--
source:
  - North Bay lifeboats
-->
Lifeboat crews in North Bay launch in five minutes.

# South Quay
<!--
source:
  - South Quay
-->
South Quay moved its moorings to one register.
""",
    "originals/harbour-cases.txt": """
North Bay pilots

The average wait of ships in North Bay for a pilot fell from 73 minutes to seven minutes. Crews say that trust came first.

North Bay lifeboats

The lifeboat crews of North Bay launch in five minutes. They share three slipways.

South Quay

South Quay keeps its moorings in one register. The group has 12 cranes and 300 staff.
""",
}


def write(folder: Path) -> Path:
    """The corpus folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def snapshot(folder: Path, index: Path) -> Snapshot:
    """The documents of a corpus folder, indexed in Chroma."""
    sources, faults = scan([folder], None, SUFFIXES)
    report = SyncReport(faults=faults)
    generations = Generations(index)
    with generations.lock():
        generations.publish(sync(sources, {}, [str(folder)], load, EMBEDDER, report), EMBEDDER)
    assert report.faults == []
    manifest = folder / MANIFEST
    return take(*generations.read(EMBEDDER), generations.vectors(), authorities(manifest) if manifest.is_file() else {})


def corpus(folder: Path, held: Snapshot) -> Corpus:
    """A snapshot with the reference files of its folder; its verdicts let everything pass."""
    reference = read_reference(folder)
    names = [name for entry in reference.collaboratives for name in (entry.name, *entry.short, *entry.places)]
    texts = [*(chunk.text for chunk in held.chunks), *(chunk.heading for chunk in held.chunks), *held.prompted_texts, *names]
    return Corpus(
        snapshot=held,
        reference=reference,
        entities=Entities(reference.collaboratives, held),
        expander=Expander(reference.terms),
        spelling=Spelling(texts, lambda word: word not in MISSPELT),
        adapter=QueryAdapter(),
        verdicts=Verdicts.open(),
        expected=Expected(None, held),
    )
