"""A Zebra database of the same records: names in a register of whole keys, records stored."""

import csv
import subprocess
import time
from pathlib import Path
from xml.sax.saxutils import escape

from tests.bench.search.peers.absent import PeerAbsentError

_CONFIG = """\
profilePath: {folder}:/usr/share/idzebra-2.0/tab
attset: bib1.att
recordType: dom.{folder}/domfilter.xml
register: {folder}/register:50G
keyTmpDir: {folder}
lockDir: {folder}
memMax: 256
"""
_FILTER = """\
<dom xmlns="http://indexdata.com/zebra-2.0">
  <input><xmlreader level="1"/></input>
  <extract><xslt stylesheet="{folder}/index.xsl"/></extract>
  <retrieve name="plain"><xslt stylesheet="{folder}/plain.xsl"/></retrieve>
</dom>
"""
_INDEX = """\
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:z="http://indexdata.com/zebra-2.0">
  <xsl:template match="text()"/>
  <xsl:template match="/r">
    <z:record z:id="{code}">
      <xsl:for-each select="name">
        <z:index name="Personal-name:0"><xsl:value-of select="."/></z:index>
      </xsl:for-each>
      <xsl:for-each select="year">
        <z:index name="Date:n"><xsl:value-of select="."/></z:index>
      </xsl:for-each>
    </z:record>
  </xsl:template>
</xsl:stylesheet>
"""
_PLAIN = """\
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/"><xsl:copy-of select="."/></xsl:template>
</xsl:stylesheet>
"""
_FILES = 50_000


def prepare(source: Path, folder: Path) -> dict[str, float]:
    """The database is in `folder`; seconds and bytes. Raises PeerAbsentError."""
    folder = folder.resolve()
    records = folder / "records"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zebra.cfg").write_text(_CONFIG.format(folder=folder))
    (folder / "domfilter.xml").write_text(_FILTER.format(folder=folder))
    (folder / "index.xsl").write_text(_INDEX)
    (folder / "plain.xsl").write_text(_PLAIN)
    if not (folder / "seconds").exists():
        records.mkdir(exist_ok=True)
        (folder / "register").mkdir(exist_ok=True)
        _write_records(source, records)
        began = time.perf_counter()
        for act in (["init"], ["update", str(records)]):
            command = ["zebraidx", "-c", "zebra.cfg", "-l", "zebra.log", *act]
            done = subprocess.run(command, cwd=folder, capture_output=True)
            if done.returncode:
                message = f"zebraidx {act[0]} failed: see {folder / 'zebra.log'}"
                raise PeerAbsentError(message)
        (folder / "seconds").write_text(str(time.perf_counter() - began))
    size = sum(one.stat().st_size for one in (folder / "register").iterdir())
    return {"built_seconds": float((folder / "seconds").read_text()), "bytes": size}


def _write_records(source: Path, folder: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        lines: list[str] = []
        for number, row in enumerate(csv.DictReader(file), start=1):
            cells = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in row.items() if v)
            lines.append(
                f"<r><code>{row['reference_code']}</code><name>{row['a_name']}</name>"
                f"<name>{row['b_name']}</name><year>{row['year']}</year>{cells}</r>"
            )
            if number % _FILES == 0:
                _write_file(folder / f"{number:09d}.xml", lines)
                lines = []
        _write_file(folder / "last.xml", lines)


def _write_file(path: Path, lines: list[str]) -> None:
    path.write_text("<records>\n" + "\n".join(lines) + "\n</records>\n", "utf-8")
