#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the test cases of meson's logs.

usage: count-tests.py TESTLOG.JSON|LOG.TAP...

A program that speaks TAP counts once for each of its cases, any other once.
Prints what failed and what was skipped, each with its reason, and closes with
the one line that everybody looks for: 'N passed, N failed, N skipped'.
"""

import json
import pathlib
import re
import sys

CASE = re.compile(r'^(not )?ok\b *\d* *-? *(.*?)(?:\s*# *(skip|todo)\S* *(.*))?$', re.IGNORECASE)
PLAN_SKIP = re.compile(r'^1\.\.0 *# *skip\w* *(.*)$', re.IGNORECASE)
BAD = {'FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS'}


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_case(self, program, match):
        negated, name, directive, reason = match.groups()
        title = f'{program} {name.strip()}'.strip()
        directive = (directive or '').upper()
        if directive == 'SKIP':
            self.skipped.append(f'{title}: {reason.strip() or "no reason given"}')
        elif negated and directive != 'TODO':
            self.failed.append(title)
        else:
            self.passed += 1

    def add_program(self, configuration, test):
        program, result = f'{configuration}{test["name"]}', test['result']
        lines = (test.get('stdout') or '').splitlines()
        cases = [m for m in map(CASE.match, lines) if m]
        failed_before = len(self.failed)
        for match in cases:
            self.add_case(program, match)
        if result in BAD:
            # a crash or a time-out is a failure, though the cases before it passed
            if len(self.failed) == failed_before:
                status = test.get('returncode')
                exited = '' if status is None else f', exit status {status}'
                self.failed.append(f'{program} ({result.lower()}{exited})')
        elif not cases:
            self.add_whole(program, result, lines)

    def add_whole(self, program, result, lines):
        if result == 'SKIP':
            plans = [m for m in map(PLAN_SKIP.match, lines) if m]
            reason = plans[0].group(1) if plans else (lines or ['no reason given'])[-1]
            self.skipped.append(f'{program}: {reason}')
        else:
            self.passed += 1


def read_tap(path, count):
    """What isn't one of meson's tests; without a single case it has broken off."""
    text = pathlib.Path(path).read_text(encoding='utf-8', errors='replace')
    skipped = any(map(PLAN_SKIP.match, text.splitlines()))
    cases = any(map(CASE.match, text.splitlines()))
    result = 'SKIP' if skipped else 'OK' if cases and 'Bail out!' not in text else 'ERROR'
    count.add_program('', {'name': pathlib.Path(path).stem, 'result': result, 'stdout': text})


def read(path, configuration, count):
    try:
        with open(path, encoding='utf-8', errors='replace') as log:
            for line in log:
                count.add_program(configuration, json.loads(line))
    except (OSError, json.JSONDecodeError) as error:
        count.failed.append(f'{path}: {error}')


def main(paths):
    count = Count()
    for path in paths:
        # BUILD/meson-logs/testlog.json: which build matters when there are several
        if path.endswith('.tap'):
            read_tap(path, count)
            continue
        build = pathlib.Path(path).parent.parent.name
        read(path, f'{build}: ' if len(paths) > 1 else '', count)
    for title, entries in (('Failed', count.failed), ('Skipped', count.skipped)):
        for entry in entries:
            print(f'{title}: {entry}')
    print(f'{count.passed} passed, {len(count.failed)} failed, {len(count.skipped)} skipped')
    return 1 if count.failed or not count.passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
