import core.commands.profile
from core.__main__ import COMMANDS, main


def test_main__without_a_command_lists_them_all(capsys):
    assert main([]) == 0

    printed = capsys.readouterr()
    assert all(f"  {name} " in printed.out for name in COMMANDS)
    assert printed.err == ""


def test_main__says_a_sentence_for_a_mistyped_command(capsys):
    assert main(["evalute", "sample"]) == 1

    assert capsys.readouterr().err == "error: No such command 'evalute'. Did you mean 'evaluate'?\n"


def test_main__says_a_sentence_for_a_missing_workspace(capsys):
    assert main(["profile"]) == 1

    assert capsys.readouterr().err == "error: Missing argument 'W'.\n"


def test_main__says_that_ctrl_c_kept_what_was_finished(capsys, monkeypatch):
    def command(workspace: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(core.commands.profile, "command", command)
    assert main(["profile", "sample"]) == 1

    assert "stopped; what was finished is kept\n" in capsys.readouterr().err
