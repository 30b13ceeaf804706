"""The command line: parse, call one function, print.

`bootstrap` and `serving` are imported by the commands that need them: they take a second, and `--help` and a bad setting should not.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from pc_assistant import cli_access, cli_documents, cli_keeping
from pc_assistant.domain.conversations import MAX_QUESTION, Filters, Question
from pc_assistant.domain.dates import dated
from pc_assistant.domain.errors import PcAssistantError, UsageError
from pc_assistant.domain.ports import Assistant
from pc_assistant.settings import Settings, read_settings

app = typer.Typer(
    help="Cited answers on NHS provider collaboratives.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
DataDir = Annotated[Path | None, typer.Option(help="Where all state lives (PC_DATA_DIR).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def setup(data_dir: DataDir = None) -> None:
    """Prepare the embedding model and build the index where it is missing or stale."""
    from pc_assistant import bootstrap

    settings = read_settings(data_dir=data_dir)
    if bootstrap.prepare_model(settings):
        print(f"Prepared the embedding model {settings.model}.")
    cli_documents.sync(settings, [], rebuild=False, quiet=True)


app.command()(cli_documents.ingest)
app.add_typer(cli_documents.documents, name="documents")


def _assistant(settings: Settings) -> Assistant:
    from pc_assistant import bootstrap

    return bootstrap.make_assistant(settings)[0]


@app.command()
def ask(question: str, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Answer one question with its citations."""
    text = question.strip()
    if not 1 <= len(text) <= MAX_QUESTION:
        raise UsageError(f"A question has 1 to {MAX_QUESTION:,} characters; this one has {len(text):,}.")
    assistant = _assistant(read_settings(data_dir=data_dir))
    answer = asyncio.run(assistant.ask(Question(text=text)))
    if as_json:
        print(answer.model_dump_json(indent=2))
        return
    print(answer.answer)
    if answer.citations:
        print()
    for c in answer.citations:
        when = f", {dated(c.published, c.published_precision)}" if c.published else ""
        print(f"[{c.marker}] {c.title} ({c.publisher}{when}; {c.kind}, {c.representation}): {' > '.join(c.section)}")
    for notice in answer.notices:
        print(f"\nNote: {notice.message}")


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many passages.")] = 10,
    mode: Annotated[Literal["hybrid", "dense", "lexical"], typer.Option(help="How passages are found.")] = "hybrid",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show passages with their scores."""
    if not query.strip():
        raise UsageError("A query has at least one character.")
    assistant = _assistant(read_settings(data_dir=data_dir))
    passages = asyncio.run(assistant.search(query.strip(), k, mode, Filters()))
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "passage_id": p.chunk.id,
                        "document_id": p.document.id,
                        "section": p.chunk.section,
                        "page": p.chunk.page,
                        "text": p.chunk.text,
                        "score": round(p.score, 4),
                    }
                    for p in passages
                ],
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    for p in passages:
        print(
            f"{p.score:.3f}  {p.document.id}  {' > '.join(p.chunk.section)}  [{p.chunk.id}]\n       {' '.join(p.chunk.text.split())[:160]}"
        )


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on.")] = None,
    data_dir: DataDir = None,
    workers: Annotated[int, typer.Option(min=1, max=32, help="Processes that answer.")] = 1,
) -> None:
    """Serve the HTTP API and the chat page."""
    from pc_assistant.serving import serve as run

    run(read_settings(host=host, port=port, data_dir=data_dir), workers)


@app.command()
def mcp(data_dir: DataDir = None) -> None:
    """Serve the Model Context Protocol over standard input and output, for programs that start this command themselves."""
    from pc_assistant.serving import serve_mcp

    serve_mcp(read_settings(data_dir=data_dir))


@app.command("eval", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(context: typer.Context) -> None:
    """Run, score, compare and gate evaluations of the answers."""
    from pc_assistant import bootstrap
    from pc_assistant.evaluation.commands import build_app

    settings = read_settings()
    build_app(lambda target: bootstrap.connect(settings, target))(context.args, prog_name="pc-assistant eval")


feedback = typer.Typer(help="What people said of answers.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")


@feedback.command("export")
def export_feedback(
    out: Annotated[Path | None, typer.Argument(help="A file to write; standard output by default.")] = None, data_dir: DataDir = None
) -> None:
    """Write every feedback with its question and whole answer as JSON Lines, which `eval promote` makes drafts of cases from."""
    from pc_assistant.recorded import export_feedback as export

    settings = read_settings(data_dir=data_dir)
    if out is None:
        export(settings, sys.stdout)
        return
    try:
        with out.open("w", encoding="utf-8") as file:
            number = export(settings, file)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    print(f"{number} {'line' if number == 1 else 'lines'} of feedback in {out}.", file=sys.stderr)


@app.command()
def receipt(answer_id: str, data_dir: DataDir = None) -> None:
    """Show how a kept answer came about, whoever asked, as JSON."""
    from pc_assistant.recorded import read_receipt

    print(read_receipt(read_settings(data_dir=data_dir), answer_id).model_dump_json(indent=2))


@app.command()
def replay(answer_id: str, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Ask the question of a kept answer again and tell what has changed since; exit 1 where the answer differs."""
    from pc_assistant.evaluation.replay import as_text
    from pc_assistant.recorded import replay_answer

    found = replay_answer(read_settings(data_dir=data_dir), answer_id)
    print(found.model_dump_json(indent=2) if as_json else as_text(found))
    if not found.same:
        raise typer.Exit(1)


cli_keeping.add_to(app)
cli_access.add_to(app)
dev = typer.Typer(help="Try what otherwise needs an account elsewhere, on this machine alone.", no_args_is_help=True)
app.add_typer(dev, name="dev")


@dev.command("slack")
def dev_slack(
    port: Annotated[int | None, typer.Option(help="Port of the service.")] = None,
    slack_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the stand-in; 0 takes a free one.")] = 8100,
    socket_mode: Annotated[bool, typer.Option(help="Let the service connect to the stand-in, as in Socket Mode.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Chat with the assistant in a stand-in of Slack, through the real adapter."""
    from pc_assistant.trying import dev_slack as run

    run(read_settings(port=port, data_dir=data_dir), slack_port, socket_mode)


@dev.command("teams")
def dev_teams(
    port: Annotated[int | None, typer.Option(help="Port of the service.")] = None,
    teams_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the stand-in; 0 takes a free one.")] = 8200,
    data_dir: DataDir = None,
) -> None:
    """Chat with the assistant in a stand-in of Microsoft Teams, through the real adapter."""
    from pc_assistant.trying import dev_teams as run

    run(read_settings(port=port, data_dir=data_dir), teams_port)


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Check the set-up: model, index, corpus, database."""
    from pc_assistant.checking import checks

    sound = True
    for name, fault in checks(read_settings(data_dir=data_dir)):
        sound &= fault is None
        print(f"{'ok   ' if fault is None else 'FAULT'} {name}" + (f": {fault}" if fault else ""))
    if not sound:
        raise typer.Exit(1)


def main(given: Sequence[str] | None = None, run: Callable[..., object] = app) -> NoReturn:
    """Runs a command, by default that of the process; an error is one sentence on standard error, a traceback only with --debug."""
    words = sys.argv[1:] if given is None else given
    arguments = [word for word in words if word != "--debug"]
    debug = len(arguments) < len(words)
    try:
        try:
            run(arguments, prog_name="pc-assistant", standalone_mode=True)
        finally:
            sys.stdout.flush()
    except PcAssistantError as error:
        if debug:
            raise
        print(error, file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        print(
            f"Something broke that should not ({type(error).__name__}: {error}): run it again with --debug to see where.", file=sys.stderr
        )
        sys.exit(1)
    sys.exit(0)
