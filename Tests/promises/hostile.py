"""Texts that try to be more than text: 200 of them, each also with combining marks behind its signs.

`TEXTS` is the same list each time. `harmless(n)` is a text of letters for the n-th place.
"""

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-1+1", "@SUM(1;1)", "=IMPORTXML(\"http://e\",\"//a\")",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "＝1+1", "﹢1", "−1+1", "=DDE(\"a\";\"b\")", "'=1+1", "\"=1+1",
]
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><b id=evil>", "'><b id=evil>", "</td></tr><b>", "<!--", "-->", "<![CDATA[x", "]]>",
    "<?xml version='1.0'?>", "&lt;b&gt;", "&amp;", "&#x3C;b&#x3E;", "&evil;", "<svg/onload=alert(1)>", "<a href=\"javascript:alert(1)\">", "</script><b>",
    "</style><b>", "</title><b>", "</textarea><b>", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "`onmouseover=alert(1)", "<b", "b>", "<", ">", "&",
    "\"", "'", "<Placemark><name>x</name></Placemark>", "</name></Placemark><Placemark>", "<wpt lat=\"0\" lon=\"0\">", "</wpt><wpt>", "{{evil}}", "{{{evil}}}",
    "{{#section}}", "<%= 1 %>", "${1+1}", "{% raw %}", "<math><mi//xlink:href=\"data:x,<script>\">", "<iframe src=//evil.example>", "<base href=//evil.example>",
]
LINES = [
    "a\r\nb", "a\nb", "a\rb", "a\u2028b", "a\u2029b", "a\u0085b", "a\u000bb", "a\u000cb", "END:VEVENT\r\nBEGIN:VEVENT", "x\r\nEND:VCALENDAR", "x\nDTSTART:20000101T000000Z",
    "a\r\n ATTENDEE:mailto:evil@example.org", "x\r\nBcc: evil@example.org", "x\nBcc: evil@example.org", "x\r\n\r\n<b>body</b>", "x\r\n.\r\nMAIL FROM:<e@e>",
    "\r\n.\r\n", ".", "..", "--=_a_", "=?UTF-8?B?PGI+?=", "=?UTF-8?Q?=0D=0ABcc:_e?=", "a;b:c,d", "a\\,b", "a\\nb", "\\", "x;VALUE=URI:javascript:1", "\u001b[31mred\u001b[0m",
]
TABLES = [
    "a,b", "a;b", "a\tb", "a|b", "\"a\",\"b\"", "a\"\"b", "\"", "\"\"", "\"\"\"", "a\"\nb", "a\";\"b", ",", ";", "\"=1+1\"", "a\",=1+1,\"b", "a\r\n=1+1", "a;\r\n=1+1;b",
]
JSON = ["\",\"evil\":\"1", "\\\"", "\\u0000", "\\", "}]}", "{\"type\":\"Feature\"}", "null", "true", "1e999", "NaN", "[1,2]", "\u2028", "\\ud800"]
MARKS = "\u0301"


def marked(text):
    """A combining mark behind each sign: for a program that looks at whole characters the sign is no longer there."""
    return "".join(c + MARKS if not c.isalnum() and not c.isspace() else c for c in text)


PLAIN = FORMULAS + MARKUP + LINES + TABLES + JSON
TEXTS = (PLAIN + [marked(t) for t in PLAIN if marked(t) != t])[:200]
assert len(TEXTS) == 200, len(TEXTS)


def harmless(number):
    letters = "абвгдежзик"
    return "слово " + "".join(letters[int(d)] for d in str(number))
