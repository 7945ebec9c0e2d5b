"""What a file may be called, what it is, and what is not taken at all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.rules import MAX_NAME, UNKNOWN, clean_name, content_type, in_words, runs
from tests.core.files.uploads import DOCX, EXE, PDF, picture

RLO = "\u202e"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nBcc: x@y.test\0.pdf", "aBcc_ x@y.test.pdf"),
        (f"photo{RLO}gpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ('<img src=x onerror="a">.png', "_img src=x onerror=_a__.png"),
        (".htaccess", "htaccess"),
        ("trailing.exe. . ", "trailing.exe"),
        ("con.txt", "_con.txt"),
        ("  much   space .txt", "much space .txt"),
        ("", "file"),
        ("/", "file"),
        ("...", "file"),
        ("Bu\u0308ro.pdf", "Büro.pdf"),
        ("x" * 300 + ".pdf", "x" * (MAX_NAME - 4) + ".pdf"),
        ("x" * 300, "x" * MAX_NAME),
    ],
)
def test_it_works(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_any_name_becomes_one_harmless_line(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= MAX_NAME
    assert not set(clean) & set('/\\<>:"|?*')
    assert not {unicodedata.category(char) for char in clean} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean == clean_name(clean)
    assert not clean.startswith(".")


@pytest.mark.parametrize(
    "name",
    ["setup.exe", "a.pdf.exe", "a.EXE", f"a{RLO}fdp.exe", "a.exe. ", ".htaccess", "x.js", "x.ps1", "x.jar",
     "x.lnk", "x.hta", "x.php", "x.sh", "x.docm.scr", "x.vbs", "x.msi", "folder/x.bat"],
)  # fmt: skip
def test_programs_are_known_by_their_names(name: str) -> None:
    assert runs(name, b"anything")


@pytest.mark.parametrize(
    "head", [EXE, b"\x7fELF\x02", b"#!/bin/sh\nrm", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"<?php x"]
)
def test_programs_are_known_by_how_they_begin(head: bytes) -> None:
    assert runs("photo.jpg", head)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("acme.com.pdf", PDF),
        ("MZ-notes.txt", b"MZ is our code for Mainz." * 20),
        ("exe", b""),
        ("a.pdf", PDF),
    ],
)
def test_what_only_looks_like_one_is_none(name: str, head: bytes) -> None:
    assert runs(name, head) is (name == "exe")


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PNG", picture(), "image/png"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.csv", b"a;b\n", "text/csv"),
        ("winmail.dat", b"\x78\x9f\x3e\x22\x01", "application/ms-tnef"),
        ("a.pdf", b"<html><script>", UNKNOWN),
        ("a.png", PDF, UNKNOWN),
        ("a.txt", PDF, UNKNOWN),
        ("a.txt", b"\0\1\2", UNKNOWN),
        ("a.png", b"plain", UNKNOWN),
        ("a.html", b"<html>", UNKNOWN),
        ("a.svg", b"<svg onload=alert(1)>", UNKNOWN),
        ("a.xml", b"<?xml ?>", UNKNOWN),
        ("a.xhtml", b"<html>", UNKNOWN),
        ("a.jpg.html", picture("JPEG"), UNKNOWN),
        ("a", b"", UNKNOWN),
    ],
)
def test_name_and_content_must_say_the_same(name: str, head: bytes, kind: str) -> None:
    assert content_type(name, head[:4096]) == kind


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1_500, "2 kB"), (15_000_000, "15.0 MB"), (999_600, "1.0 MB")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert in_words(size) == words
