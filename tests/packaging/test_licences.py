"""Every installed package has a licence that is accepted, and NOTICE names what wheels carry."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from tools.licences import licences

ROOT = Path(__file__).parents[2]

ACCEPTED = {
    *("MIT", "MIT-0", "MIT-CMU", "MIT License", "ISC", "ISC License (ISCL)", "0BSD", "Zlib"),
    *("BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "Unlicense", "CC0-1.0", "BSL-1.0"),
    *("Apache-2.0", "Apache 2.0", "Apache 2.0 License", "Apache Software License"),
    *("Apache-2.0 WITH LLVM-exception", "PSF-2.0", "Python Software Foundation License"),
    *("CNRI-Python", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "HPND", "DFSG approved"),
    # Used as they are, by their own modules, so they may be replaced.
    *("LGPL-2.1-or-later", "GNU Library or Lesser General Public License (LGPL)"),
}
"""SPDX identifiers and classifiers. No GPL or AGPL, nothing proprietary, nothing unknown."""

NVIDIA = re.compile(r"^(nvidia-.+|cuda-.+|triton)$")
"""What the CUDA build of torch needs, under NVIDIA's own licence; NOTICE names it."""


def test_all_licences_are_accepted():
    refused = {}
    for package in metadata.distributions():
        name = package.metadata["Name"]
        if name == "touchline" or NVIDIA.match(name):
            continue
        found = licences(package) or {"nothing"}
        if not found <= ACCEPTED:
            refused[name] = sorted(found - ACCEPTED)
    assert refused == {}


@pytest.mark.parametrize("named", ["GPL-3.0-only", "Other/Proprietary License", "AGPL-3.0"])
def test_a_licence_that_is_not_on_the_list_is_refused(tmp_path, named):
    folder = tmp_path / "evil-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Name: evil\nVersion: 1.0\nLicense-Expression: {named}\n")
    assert not licences(metadata.Distribution.at(folder)) <= ACCEPTED


def test_the_notice_names_what_the_wheel_of_pyav_carries():
    files = metadata.files("av") or []
    libraries = [file.name for file in files if "av.libs" in str(file)]
    carried = {name.partition("-")[0].removeprefix("lib") for name in libraries}
    assert carried, "the wheel has its own libraries"
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in carried & {"x264", "x265", "mp3lame", "gnutls", "nettle", "gmp", "vpx", "opus"}:
        assert name in notice
