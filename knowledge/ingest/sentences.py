"""Where sentences begin and end, by rules that know clinical writing: "e.g.", "5 mg i.v.", "No. 4", "1.2.3", "0.5"."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the end of a sentence: something always follows.
_LEADS = _words(
    "dr mr mrs ms prof st sr jr messrs e.g eg i.e ie cf viz vs v.s approx ca c.f al.e fig figs tab eq ref refs "
    "vol vols pp p ed eds edn ch sect sec chap resp incl excl esp dept univ assn gen col lt sgt hon rev"
)
# The end of a sentence only before a word that begins one: these also stand in the middle.
_EITHER = _words(
    "etc al i.v iv i.m im s.c p.o p.r p.n s.l b.d b.i.d t.d.s t.i.d q.d.s q.i.d q.d q.h q4h q6h q8h q12h o.d o.m "
    "o.n n.b p.r.n prn a.c p.c stat a.m p.m mg mcg g kg ml l min mins hr hrs h sec yr yrs wk wks mo no nos inc ltd "
    "co corp spp sp subsp var jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri "
    "sat sun max temp wt ht b.p h.r u.s u.k u.s.a e.u d.c ph.d m.d b.sc m.sc r.n inf inj tabs caps susp soln "
    "conc neg pos"
)
_NUMBERED = _words("no nos fig figs tab vol vols p pp ch sec sect eq ref refs")
# A letter after one of these is a name's last part ("hepatitis B."), elsewhere an initial ("J. Smith").
_LETTERED = _words(
    "vitamin vitamins hepatitis type types group groups grade grades class category factor factors influenza part "
    "panel figure table appendix option options arm stage level box child-pugh haemophilia "
    "hemophilia strain and or to"
)
_STARTERS = _words(
    "the a an this that these those it its they he she we you i in on at for if when where while after before "
    "during however there their his her our no not do give avoid use consider offer patients people adults children "
    "women men although because since as with without from by to all any some most many each both such other another "
    "repeat start stop check monitor refer seek call what who how why then thus therefore also and but or"
)
# An end mark (or one with a reference's raised number stuck to it: "disease.1,2"), then quotes, brackets,
# and "[3]" or "[2007, amended 2017]", which belongs to what it follows.
_END = re.compile(
    r"""(?:(?<![.!?…])[.!?…]+|(?<=[a-z)\]]{3})\.\d{1,3}(?:[,\u2013-]\d{1,3}){0,6})"""
    r"""["'”’)\]»]*(?:\s?\[\d[^\]\n]{0,40}\])?(?=\s)"""
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘]+$")
_WORD = re.compile(r"\S+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Cuts a text into sentences.

    Args:
        text: one block of text.

    Returns:
        For each sentence its characters (start inclusive, end exclusive), in order. Sentences begin and end with a
        character that is not white space, and only white space lies between them.
    """
    spans: list[tuple[int, int]] = []
    start = _after_space(text, 0)
    for match in _END.finditer(text):
        end = match.end()
        following = _after_space(text, end)
        if following >= len(text):
            break
        if end > start and _is_end(text, start, match.start(), match.group(), following):
            spans.append((start, end))
            start = following
    last = len(text.rstrip())
    if start < last:
        spans.append((start, last))
    return spans


def cut_long(text: str, span: tuple[int, int], words: int) -> list[tuple[int, int]]:
    """Cuts a span that has more than `words` words into pieces of at most so many, between words."""
    start, end = span
    if (end - start) < 2 * words:
        return [span]
    found = [(m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    return [(found[i][0], found[min(i + words, len(found)) - 1][1]) for i in range(0, len(found), words)]


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _is_end(text: str, start: int, dot: int, mark: str, following: int) -> bool:
    """Whether the mark at `dot` ends the sentence that begins at `start`."""
    next_word = _next_word(text, following)
    if not _may_begin(next_word):
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    before = _WORD_BEFORE.search(text, max(start, dot - 40), dot)
    word = before.group() if before else ""
    lower = word.lower().lstrip("-–—/")
    plain = next_word.strip("\"'“‘(").lower().rstrip(".,;:")
    if lower in _NUMBERED and next_word[:1].isdigit():
        return False
    if lower in _LEADS:
        return False
    if lower in _EITHER:
        return plain in _STARTERS or (next_word[:1].isupper() and lower not in ("al", "u.s", "u.k", "d.c", "no", "nos"))
    if word.isdigit() and before is not None and before.start() == start:
        return False
    if len(word) == 1 and word.isalpha() and word.isupper():
        previous = _WORD_BEFORE.search(text[start : dot - 1].rstrip())
        if re.fullmatch(r"[A-Z]\.", next_word):
            return False
        lettered = previous is not None and previous.group().lower() in _LETTERED
        return lettered or plain in _STARTERS or next_word[:1].isdigit()
    return True


def _next_word(text: str, at: int) -> str:
    match = _WORD.match(text, at)
    return match.group() if match else ""


def _may_begin(word: str) -> bool:
    """Whether a sentence can begin with this word: not in lower case, but for "pH" or "mRNA"."""
    bare = word.lstrip("\"'“‘([«")
    if not bare:
        return True
    return not bare[0].islower() or any(c.isupper() for c in bare[1:].partition("-")[0])
