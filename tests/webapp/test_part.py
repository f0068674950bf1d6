import gradio as gr

from webapp.components.part import Part, stamped, take_turn


def test_stamped__says_the_turn_to_parts_and_leaves_the_rest():
    parts = [Part("header"), gr.State(None), Part("header")]
    values = [{"a": 1}, {"a": 1}, gr.skip()]
    assert stamped(parts, values, 3) == [{"a": 1, "_turn": 3}, *values[1:]]
    assert stamped(parts, values, None) == values


def test_take_turn__takes_only_whole_numbers_from_the_browser():
    sent = {"_turn": 4, "by": "label"}
    assert take_turn(sent) == 4 and sent == {"by": "label"}
    assert [take_turn({"_turn": odd}) for odd in ("4", 4.5, True, None, [4])] == [None] * 5
