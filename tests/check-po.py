#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the translations, in TAP.

usage: check-po.py SOURCE-ROOT

Every language of po/LINGUAS must pass msgfmt's own checks, and have in each translated
text the placeholders of the original: one that is missing shows a gap, and one too many
is a crash. What isn't translated is counted, and skipped.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

PLACEHOLDER = re.compile(r'%(?:\d+\$)?[-+ #0\']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]|%%')
# the parts of a date, which stand in another order elsewhere
DATE = re.compile(r'%-?[BHIMYep]')
GLIB_FORMAT = re.compile(r'%(\d+\$)')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')

Entry = collections.namedtuple('Entry', 'originals translations fuzzy')


def read_entries(path):
    """What stands in a po file, without what is obsolete, and without the header."""
    originals, translations, fuzzy, current = [], [], False, None
    entries = []

    def finish():
        if originals and originals[0]:
            entries.append(Entry(originals, translations, fuzzy))

    for line in [*path.read_text(encoding='utf-8').splitlines(), '']:
        if line.startswith('#'):
            fuzzy = fuzzy or line.startswith('#,') and 'fuzzy' in line
        elif not line.strip():
            finish()
            originals, translations, fuzzy, current = [], [], False, None
        else:
            keyword = line.split('"', 1)[0].strip()
            if keyword:
                current = translations if keyword.startswith('msgstr') else originals
                if keyword == 'msgctxt':
                    current = []
                current.append('')
            current[-1] += STRING.search(line).group(1)
    return entries


def placeholders(text):
    """Those of a text, in the order of the arguments."""
    found = [p for p in PLACEHOLDER.findall(text) if p != '%%']
    if all(DATE.fullmatch(p) for p in found):
        return sorted(found)
    found.sort(key=lambda p: int(m.group(1)[:-1]) if (m := GLIB_FORMAT.match(p)) else 0)
    return [GLIB_FORMAT.sub('%', p) for p in found]


def wrong_placeholders(entries):
    for entry in entries:
        wanted = placeholders(entry.originals[-1])
        # of several forms, those of one and two may say their number in words
        allowed = [wanted, []] if len(entry.originals) > 1 and len(wanted) == 1 else [wanted]
        for text in entry.translations:
            if text and not entry.fuzzy and placeholders(text) not in allowed:
                yield f'"{entry.originals[0]}": {wanted}, but "{text}": {placeholders(text)}'


def report(name, complaints, skip=''):
    print(f'{"not " if complaints else ""}ok - /po/{name}{" # SKIP " + skip if skip else ""}')
    for complaint in complaints:
        print(f'# {complaint}')
    return not complaints


def check_language(path):
    name = path.stem
    run = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', path],
                         capture_output=True, text=True, check=False)
    good = report(f'{name}/valid', run.stderr.splitlines() if run.returncode else [])
    entries = read_entries(path)
    good &= report(f'{name}/placeholders', list(wrong_placeholders(entries)))
    missing = sum(entry.fuzzy or not all(entry.translations) for entry in entries)
    report(f'{name}/complete', [], f'{missing} of {len(entries)} texts are not translated' if missing else '')
    return good


BROKEN = '''
msgid "%s has called %s"
msgstr "%s ruft an"

msgid "%s and %u"
msgstr "%2$u und %1$s"

#, fuzzy
msgid "%s is ready"
msgstr "%d ist bereit"

msgid "%d message"
msgid_plural "%d messages"
msgstr[0] "%d Nachricht"
msgstr[1] "%s Nachrichten"
'''


def check_itself():
    """A check that finds nothing in a broken file is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'xx.po'
        path.write_text(BROKEN, encoding='utf-8')
        found = list(wrong_placeholders(read_entries(path)))
    names = [complaint.split(':')[0] for complaint in found]
    return report('finds-wrong-placeholders',
                  [] if names == ['"%s has called %s"', '"%d message"'] else found or ['nothing found'])


def main(root):
    po = pathlib.Path(root) / 'po'
    listed = [word for line in (po / 'LINGUAS').read_text(encoding='utf-8').splitlines()
              for word in line.partition('#')[0].split()]
    good = check_itself()
    there = sorted(path.stem for path in po.glob('*.po'))
    good &= report('linguas', [f'{name} is not in both po/ and LINGUAS'
                               for name in sorted(set(listed) ^ set(there))])
    for name in sorted(set(listed) & set(there)):
        good &= check_language(po / f'{name}.po')
    print(f'1..{2 + 3 * len(set(listed) & set(there))}')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
