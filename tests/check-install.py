#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs a build below DESTDIR and looks at what is there, in TAP.

usage: check-install.py BUILD APPLICATION-ID [app] [metrics]

Every file must be where its standard wants it, and no other; no program may know where
it was built. With `app` the desktop app is among it, with `metrics` the server's module.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SERVER = [
    '{bindir}/hybridchat-server',
    '{bindir}/hybridchat-terminal',
    '{mandir}/man1/hybridchat-server.1',
    '{mandir}/man1/hybridchat-terminal.1',
    '{prefix}/lib/systemd/system/hybridchat-server.service',
    '{prefix}/lib/systemd/system/hybridchat-server.socket',
    '{prefix}/lib/sysusers.d/hybridchat.conf',
    '{sysconfdir}/hybridchat/server.conf',
]
APP = [
    '{bindir}/hybridchat',
    '{mandir}/man1/hybridchat.1',
    '{datadir}/applications/{id}.desktop',
    '{datadir}/metainfo/{id}.metainfo.xml',
    '{datadir}/dbus-1/services/{id}.service',
    '{datadir}/glib-2.0/schemas/{id}.gschema.xml',
    '{datadir}/icons/hicolor/scalable/apps/{id}.svg',
    '{datadir}/icons/hicolor/symbolic/apps/{id}-symbolic.svg',
]
METRICS = ['{libdir}/hybridchat/libhybridchat-metrics.so']
FEATURES = {'app': APP, 'metrics': METRICS}


def report(name, complaints):
    print(f'{"not " if complaints else ""}ok - /install/{name}')
    for complaint in complaints:
        print(f'# {complaint}')
    return not complaints


def read_options(build):
    options = json.loads((build / 'meson-info' / 'intro-buildoptions.json').read_text(encoding='utf-8'))
    values = {option['name']: option['value'] for option in options}
    prefix = pathlib.PurePath(values['prefix'])
    for name in ('bindir', 'libdir', 'datadir', 'mandir', 'sysconfdir', 'localedir'):
        values[name] = prefix / values[name]
    return values


def install(build, destination):
    environment = {**os.environ, 'DESTDIR': str(destination)}
    subprocess.run(['meson', 'install', '--no-rebuild', '--quiet', '-C', build], env=environment,
                   check=True, stdout=subprocess.DEVNULL)


def list_files(destination):
    return sorted('/' + str(path.relative_to(destination))
                  for path in destination.rglob('*') if not path.is_dir())


def check_layout(there, wanted, localedir):
    translations = [path for path in there if path.startswith(f'{localedir}/')]
    complaints = [f'is missing: {path}' for path in wanted if path not in there]
    complaints += [f'is a stranger: {path}' for path in there
                   if path not in wanted and path not in translations]
    complaints += [f'is no translation: {path}' for path in translations
                   if not path.endswith('/LC_MESSAGES/hybridchat.mo')]
    return report('layout', complaints)


def check_modes(destination, there, bindir):
    complaints = []
    for path in there:
        executable = bool((destination / path[1:]).stat().st_mode & 0o111)
        if executable != path.startswith(f'{bindir}/') and not path.endswith('.so'):
            complaints.append(f'{path} should {"not " if executable else ""}be executable')
    return report('modes', complaints)


def check_paths(destination, there, strangers, folder):
    """Debugging information may know where the source is: a package takes it out."""
    complaints = []
    for path in there:
        content = destination / path[1:]
        if content.read_bytes()[:4] == b'\x7fELF':
            stripped = folder / 'stripped'
            subprocess.run(['strip', '--strip-debug', '-o', stripped, content], check=True)
            content = stripped
        complaints += [f'{path} says {stranger}' for stranger in strangers
                       if os.fsencode(stranger) in content.read_bytes()]
    return report('no-build-paths', complaints)


def main(build, application_id, *features):
    build = pathlib.Path(build)
    if not shutil.which('meson') or not shutil.which('strip'):
        print('1..0 # SKIP meson and strip are not both on the path')
        return 77
    options = read_options(build)
    wanted = [path.format(id=application_id, **options)
              for path in SERVER + [path for name in features for path in FEATURES[name]]]
    source = pathlib.Path(__file__).parent.parent
    print('1..3')
    with tempfile.TemporaryDirectory() as folder:
        destination = pathlib.Path(folder) / 'destination'
        install(build, destination)
        there = list_files(destination)
        good = check_layout(there, wanted, options['localedir'])
        good &= check_modes(destination, there, options['bindir'])
        good &= check_paths(destination, there, {str(build), str(source.resolve()), folder},
                            pathlib.Path(folder))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
