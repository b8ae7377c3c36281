"""A core model that sees is shown the picture; what it says is an opinion and never more."""

from PIL import Image
from support.assistant import obliging, scripted_assistant
from support.scripted import ScriptedChat

from bedside.core.evidence import EvidenceKind


def _assistant(tmp_path, description, sees=True):
    def reply(messages):
        content = messages[-1].content
        if isinstance(content, list) and any(part.get("type") == "image_url" for part in content):
            return {"description": description}
        return obliging(messages)

    assistant = scripted_assistant(tmp_path)
    assistant.services.__dict__["model"] = ScriptedChat(reply=reply, sees=sees)
    return assistant


def _picture(tmp_path):
    path = tmp_path / "film.png"
    Image.linear_gradient("L").save(path)
    return path


def test_the_picture_reaches_a_model_that_sees_and_its_words_are_marked_as_opinion(tmp_path):
    assistant = _assistant(tmp_path, "A chest radiograph with a shadow in the right lower zone.")
    answer = assistant.ask("What does this show?", files=[_picture(tmp_path)])
    (claim,) = answer.claims
    evidence = answer.evidence[claim.evidence[0]]
    assert evidence.kind is EvidenceKind.MODEL_OPINION
    assert claim.text.startswith("Opinion of the core model, checked by no tool: A chest radiograph")


def test_a_dose_in_a_model_s_opinion_never_gets_out(tmp_path):
    assistant = _assistant(tmp_path, "Pneumonia; give amoxicillin 500 mg.")
    answer = assistant.ask("What does this show?", files=[_picture(tmp_path)])
    assert all("500 mg" not in c.text for c in answer.claims)
    assert any("500 mg" in c.text for c in answer.removed)


def test_a_model_that_does_not_see_is_not_asked(tmp_path):
    assistant = _assistant(tmp_path, "never said", sees=False)
    answer = assistant.ask("What does this show?", files=[_picture(tmp_path)])
    assert answer.claims == ()
    # Who reads no such picture says so, and the answer names the file.
    assert any(r.code.startswith(("BED-TOOL-", "BED-GATE-")) and "film.png" in r.subject for r in answer.refusals)
    assert [file.name for file in answer.files] == ["film.png"]
