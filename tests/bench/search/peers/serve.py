"""Runs one peer in a Python of its own: builds it, then answers timed queries line by line.

Imports nothing of this project: `var/bench/venv` has the peers and not us. Protocol: one JSON
object a line on stdin and stdout; a query's time is taken here, around the peer's own call.
"""

import csv
import json
import sqlite3
import sys
import time
from pathlib import Path

from rapidfuzz.distance import OSA

_FEW = 50


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


class _Reranked:
    """Candidates of an index, ordered by how close both names and the birth year are."""

    def search(self, name, other, year):
        scored = []
        for code, a, b, a_year, b_year in self.candidates(name, other, year):
            for mine, theirs, born in ((a, b, a_year), (b, a, b_year)):
                apart = OSA.distance(name, mine) + (OSA.distance(other, theirs) if other else 0)
                scored.append((apart + min(3, abs(born - year)), code))
        scored.sort()
        return [code for _, code in scored[:5]]


class BTree(_Reranked):
    """SQLite: one index on each name; rows where either name is exact, re-ranked in Python."""

    def __init__(self, source, folder):
        path = folder / "btree.db"
        fresh = not path.exists()
        self._db = sqlite3.connect(path)
        if fresh:
            self._db.execute(
                "CREATE TABLE records (code TEXT PRIMARY KEY, a TEXT, b TEXT,"
                " a_year INT, b_year INT)"
            )
            self._db.executemany(
                "INSERT INTO records VALUES (?,?,?,?,?)", map(_cells, _rows(source))
            )
            for column in "ab":
                self._db.execute(f"CREATE INDEX by_{column} ON records ({column}, {column}_year)")
            self._db.commit()
        self.bytes = path.stat().st_size

    def candidates(self, name, other, year):
        found = []
        for known in (name, other):
            for column in "ab" if known else "":
                found += self._db.execute(
                    f"SELECT code, a, b, a_year, b_year FROM records WHERE {column} = ?", (known,)
                ).fetchall()
        return found


class FullText(_Reranked):
    """SQLite FTS5 on names with spaces between the characters: phrases, re-ranked in Python."""

    def __init__(self, source, folder):
        path = folder / "fts5.db"
        fresh = not path.exists()
        self._db = sqlite3.connect(path)
        if fresh:
            self._db.execute(
                "CREATE VIRTUAL TABLE records USING fts5(names, code UNINDEXED, a UNINDEXED,"
                " b UNINDEXED, a_year UNINDEXED, b_year UNINDEXED, tokenize='unicode61')"
            )
            cells = map(_cells, _rows(source))
            self._db.executemany(
                "INSERT INTO records VALUES (?,?,?,?,?,?)",
                ((" ".join(f"{a} . {b}"), code, a, b, ay, by) for code, a, b, ay, by in cells),
            )
            self._db.commit()
        self.bytes = path.stat().st_size

    def candidates(self, name, other, year):
        phrases = " OR ".join(f'"{" ".join(one)}"' for one in (name, other) if one)
        return self._db.execute(
            "SELECT code, a, b, a_year, b_year FROM records WHERE names MATCH ?", (phrases,)
        ).fetchall()


class Tantivy:
    """tantivy: names as whole terms; the name within one edit, the other party exact."""

    def __init__(self, source, folder):
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("names", stored=False, tokenizer_name="raw")
        builder.add_text_field("code", stored=True, tokenizer_name="raw")
        builder.add_integer_field("born", stored=False, indexed=True)
        path = folder / "tantivy"
        fresh = not path.exists()
        path.mkdir(exist_ok=True)
        schema = builder.build()
        self._index = tantivy.Index(schema, path=str(path))
        self._schema = schema
        if fresh:
            writer = self._index.writer(256_000_000)
            for code, a, b, a_year, b_year in map(_cells, _rows(source)):
                document = tantivy.Document(code=code)
                for name, born in ((a, a_year), (b, b_year)):
                    document.add_text("names", name)
                    document.add_integer("born", born)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self.bytes = sum(one.stat().st_size for one in path.iterdir())

    def search(self, name, other, year):
        query, occur = self._tantivy.Query, self._tantivy.Occur
        near = query.fuzzy_term_query(self._schema, "names", name, distance=1)
        parts = [(occur.Must, near)]
        if other:
            parts.append((occur.Must, query.term_query(self._schema, "names", other)))
        else:
            born = query.term_query(self._schema, "born", year)
            parts.append((occur.Must, born))
        hits = self._searcher.search(query.boolean_query(parts), 5).hits
        return [self._searcher.doc(address)["code"][0] for _, address in hits]


def _cells(row):
    return (
        row["reference_code"],
        row["a_name"],
        row["b_name"],
        int(row["a_birth"][:4]),
        int(row["b_birth"][:4]),
    )


def main():
    """Answer queries until stdin ends."""
    peers = {"btree": BTree, "fts5": FullText, "tantivy": Tantivy}
    which, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    began = time.perf_counter()
    peer = peers[which](source, folder)
    built = {"built_seconds": round(time.perf_counter() - began, 1), "bytes": peer.bytes}
    print(json.dumps(built), flush=True)
    for line in sys.stdin:
        query = json.loads(line)
        began, cpu = time.perf_counter(), time.process_time()
        found = peer.search(query["name"], query["other"], query["year"])
        millis = (time.perf_counter() - began) * 1000
        busy = (time.process_time() - cpu) * 1000
        print(json.dumps({"millis": millis, "cpu": busy, "codes": found}), flush=True)


if __name__ == "__main__":
    main()
