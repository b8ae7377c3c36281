from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.document_files import PROSE

from bedside.knowledge.documents import Block, BlockKind, DocumentPassage, ParsedDocument
from bedside.knowledge.ingest.split import LONGEST_SENTENCE, split, text_sha256

P, H, L, T = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW


def document(*blocks: tuple[BlockKind, str] | tuple[BlockKind, str, int], title: str = "Anaphylaxis") -> ParsedDocument:
    made = [Block(kind=b[0], text=b[1], level=b[2] if len(b) > 2 else 0) for b in blocks]
    return ParsedDocument(title=title, blocks=tuple(made))


def passages(parsed: ParsedDocument) -> list[DocumentPassage]:
    return list(split(parsed, "doc"))


def quoted(passage: DocumentPassage) -> list[str]:
    return [passage.text[start:end] for start, end in passage.sentences]


def test_a_passage_never_crosses_a_heading_and_carries_the_path_above_it() -> None:
    treatment = [(H, "Treatment", 2), (H, "Adults", 3), (P, PROSE), (H, "After", 2), (P, "Wait.")]
    parsed = document((H, "Anaphylaxis", 1), (P, "Act fast."), *treatment)
    found = passages(parsed)
    assert [p.heading for p in found] == ["", "Treatment > Adults", "After"]
    assert [p.id for p in found] == ["doc#1", "doc#2", "doc#3"]


def test_a_long_section_is_cut_into_passages_of_about_60_to_180_words() -> None:
    found = passages(document((H, "Treatment", 2), *[(P, PROSE * 2)] * 12))
    sizes = [len(p.text.split()) for p in found]
    assert len(found) > 3
    assert all(60 <= size <= 190 for size in sizes)


def test_a_short_last_passage_takes_sentences_from_the_one_before() -> None:
    found = passages(document((P, PROSE * 5), (P, "Stop here.")))
    assert all(len(p.text.split()) >= 60 for p in found)


def test_sentences_are_cut_out_exactly() -> None:
    (passage,) = passages(document((P, "Give 500 mg i.v. at once. Repeat, e.g. after 5 min."), (P, "Call for help.")))
    assert quoted(passage) == ["Give 500 mg i.v. at once.", "Repeat, e.g. after 5 min.", "Call for help."]
    assert passage.text == "Give 500 mg i.v. at once. Repeat, e.g. after 5 min.\nCall for help."


def test_list_items_and_table_rows_stay_whole() -> None:
    item, row = "Stop the drip. Keep the line.", "Drug: adrenaline; Dose: 0.5 mg. Repeat. Once"
    (passage,) = passages(document((L, item), (T, row)))
    assert quoted(passage) == [item, row]


def test_a_passage_inside_a_list_says_what_introduced_it() -> None:
    items = [(L, f"a patient who has condition number {n} and also takes some other drug every day") for n in range(40)]
    found = passages(document((H, "Safety", 2), (P, "Do not give it to:"), *items))
    assert len(found) > 2
    assert found[0].heading == "Safety" and found[0].text.startswith("Do not give it to:")
    assert all(p.heading == "Safety > Do not give it to:" for p in found[1:])


def test_an_introduction_is_not_parted_from_its_list() -> None:
    found = passages(
        document((P, PROSE * 3), (P, "Do not give it to:"), (L, "infants"), (L, "neonates"), (P, PROSE * 3))
    )
    assert any("Do not give it to:\ninfants" in p.text for p in found)


def test_the_page_of_a_passage_is_that_of_its_first_word() -> None:
    blocks = [Block(kind=P, text=PROSE * 2, page=n) for n in (4, 5, 6, 7)]
    found = passages(ParsedDocument(title="T", blocks=tuple(blocks), pages=7))
    assert [p.page for p in found] == [4, 6]


def test_a_sentence_without_end_is_cut_at_400_words() -> None:
    found = passages(document((P, "dose " * 1000)))
    assert max(len(s.split()) for p in found for s in quoted(p)) <= LONGEST_SENTENCE
    assert sum(len(p.text.split()) for p in found) == 1000


def test_a_heading_with_nothing_under_it_is_not_lost() -> None:
    found = passages(document((H, "Never give it twice", 2), (H, "Dose", 2), (P, "One."), (H, "Stop", 3)))
    assert [(p.heading, p.text) for p in found] == [("", "Never give it twice"), ("Dose", "One."), ("Dose", "Stop")]


def test_the_sha256_is_of_the_text_and_not_of_its_pages_or_its_key() -> None:
    one = document((P, "Give oxygen."))
    same = one.model_copy(update={"key": "k", "pages": 3, "blocks": (Block(kind=P, text="Give oxygen.", page=2),)})
    assert text_sha256(one) == text_sha256(same)
    assert text_sha256(one) != text_sha256(document((P, "Give oxygen!")))
    assert text_sha256(one) != text_sha256(document((P, "Give oxygen."), title="Other"))
    assert text_sha256(document((P, "a"), (P, "b"))) != text_sha256(document((P, "a b")))


KINDS = st.sampled_from([P, P, P, L, T, H])
TEXTS = st.text(alphabet=st.sampled_from("abcDEF 12.?!:;(\u00e9-"), min_size=1, max_size=120) | st.sampled_from(
    [PROSE.strip(), "Give 5 mg i.v. Repeat.", "dose " * 450, "Do not give if:"]
)  # fmt: skip
BLOCKS = st.lists(st.builds(Block, kind=KINDS, text=TEXTS, level=st.integers(1, 4)), min_size=1, max_size=25)


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
def test_nothing_but_white_space_is_lost_and_offsets_cut_out_the_sentences(blocks: list[Block]) -> None:
    blocks = [block for block in blocks if block.kind is not H or len(block.text.split()) <= LONGEST_SENTENCE]
    if not blocks:
        return
    parsed = ParsedDocument(title="A title that no heading has", blocks=tuple(blocks))
    found = passages(parsed)
    body = [block.text for block in blocks if block.kind is not H]
    headings = {" ".join(block.text.split()) for block in blocks if block.kind is H}
    shown = [p for p in found if " ".join(p.text.split()) not in headings or p.text in body]
    for passage in found:
        at = 0
        for start, end in passage.sentences:
            assert 0 <= at <= start < end <= len(passage.text)
            assert not passage.text[at:start].strip()
            assert passage.text[start:end] == passage.text[start:end].strip()
            at = end
        assert not passage.text[at:].strip()
    kept = "".join("".join(p.text.split()) for p in shown)
    assert "".join("".join(text.split()) for text in body) in kept or not headings.isdisjoint(
        {" ".join(text.split()) for text in body}
    )
    everything = " ".join(f"{p.heading} {p.text}" for p in found)
    assert all(" ".join(heading.split()) in " ".join(everything.split()) for heading in headings)
    assert [p.position for p in found] == list(range(1, len(found) + 1))


@settings(max_examples=100, deadline=None)
@given(BLOCKS)
def test_without_headings_the_passages_are_the_blocks(blocks: list[Block]) -> None:
    body = [block for block in blocks if block.kind is not H]
    if not body:
        return
    found = passages(ParsedDocument(title="T", blocks=tuple(body)))
    assert "".join("".join(p.text.split()) for p in found) == "".join("".join(b.text.split()) for b in body)
