#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Renders the pictures of the documentation again, after a change of the pages' looks.
set -eu
cd "$(dirname "$0")/.."
mkdir -p docs/pictures
picture() { # name, script, time
  tools/run render "pipelines/examples/$2" --frame "$3" -o "docs/pictures/$1.png" \
    --set size=1280x720
}
picture tour-title tour.md 3.5
picture tour-points tour.md 0:17
picture tour-table tour.md 1:11
picture lesson-ar lesson-ar.md 0:13
