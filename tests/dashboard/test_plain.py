"""Text from outside is written so that Streamlit shows it; tests/browser/test_plain.py looks."""

import pytest

from dashboard.plain import plain


@pytest.mark.parametrize(
    "sentence",
    [
        "This run's folder is damaged: Expecting value: line 1 column 2 (char 1).",
        "batch_size is 5000, but class 0 (normal rhythm) of Arrhythmia has only 24.",
        "Digits is in /home/a-b/cache/20260101-101500-digits-8.",
        "β is -1; it must be from 0 to 1e+06.",
    ],
)
def test_an_ordinary_sentence_stays_readable_as_it_is_written(sentence):
    assert plain(sentence) == sentence


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("![x](http://a/b)", r"!\[x\](http:color[\:]//a/b)"),
        ("<b>$x$</b>", r"\<b\>\$x\$\</b\>"),
        (":red[x]", r":color[\:]red\[x\]"),
        ("1. one", r"1\. one"),
        ("- one\n- two", r"\- one - two"),
        ("a -> b", r"a -:color[\>] b"),
        ("two\n\n lines\t", "two lines"),
        ("", ""),
    ],
)
def test_what_streamlit_would_read_is_written_apart(text, written):
    assert plain(text) == written


def test_what_is_no_text_becomes_one():
    assert plain("name \udce4 of a file") == "name ? of a file"
    assert plain(ValueError("a_ b")) == r"a\_ b"
