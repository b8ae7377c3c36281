"""A small ontology in the form of HPO's own files: nine terms, four diseases."""

from __future__ import annotations

from pathlib import Path

TERMS = {
    "HP:0000001": ("All", (), ()),
    "HP:0000118": ("Phenotypic abnormality", (), ("HP:0000001",)),
    "HP:0000005": ("Mode of inheritance", (), ("HP:0000001",)),
    "HP:0000010": ("Abnormal eye", (), ("HP:0000118",)),
    "HP:0000011": ("Ectopia lentis", ("Dislocated lens",), ("HP:0000010",)),
    "HP:0000012": ("Myopia", ("Close sighted", "Tearing"), ("HP:0000010",)),
    "HP:0000020": ("Abnormal skeleton", (), ("HP:0000118",)),
    "HP:0000021": ("Arachnodactyly", ("Spider fingers", "SPF"), ("HP:0000020",)),
    "HP:0000022": ("Scoliosis", (), ("HP:0000020",)),
}
ROWS = (
    ("OMIM:1", "Lens and finger syndrome", "", "HP:0000011", "PMID:1", "HP:0040281"),
    ("OMIM:1", "Lens and finger syndrome", "", "HP:0000021", "PMID:1", "3/4"),
    ("OMIM:1", "Lens and finger syndrome", "", "HP:0000022", "PMID:1", "80%"),
    ("ORPHA:10", "Lens and finger SYNDROME", "", "HP:0000012", "ORPHA:10", ""),
    ("OMIM:2", "Crooked back", "", "HP:0000022", "PMID:2", "1/1"),
    ("OMIM:2", "Crooked back", "NOT", "HP:0000011", "PMID:2", ""),
    ("OMIM:2", "Crooked back", "", "HP:0000021", "PMID:2", "0/5"),
    ("OMIM:3", "Short sight", "", "HP:0000012", "PMID:3", ""),
    ("OMIM:3", "Short sight", "", "HP:0000005", "PMID:3", ""),
    ("OMIM:4", "Fingers", "", "HP:0000021", "PMID:4", "HP:0040283"),
    ("DECIPHER:1", "A deletion", "", "HP:0000021", "PMID:5", ""),
)


def write_hpo(folder: Path) -> Path:
    """Writes the files that ``pyhpo`` and Bedside read into `folder`."""
    obo = ["format-version: 1.2", ""]
    for name, (label, synonyms, parents) in TERMS.items():
        obo += ["[Term]", f"id: {name}", f"name: {label}"]
        obo += [f'synonym: "{synonym}" EXACT []' for synonym in synonyms]
        obo += [f"is_a: {parent} ! {TERMS[parent][0]}" for parent in parents]
        obo += ["alt_id: HP:0009011"] if name == "HP:0000011" else []
        obo.append("")
    (folder / "hp.obo").write_text("\n".join(obo))
    lines = [
        "#version: 2025-01-16",
        "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency",
    ]
    lines += ["\t".join((*row[:5], "PCS", "", row[5], "", "", "P", "made up")) for row in ROWS]
    (folder / "phenotype.hpoa").write_text("\n".join(lines) + "\n")
    gene = "10\tGENE\tHP:0000021\tArachnodactyly\t-\tOMIM:1\n"
    (folder / "genes_to_phenotype.txt").write_text(gene)
    return folder
