#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Renders the pictures of the documentation again, after a change of the pages' looks.
set -eu
cd "$(dirname "$0")/.."
mkdir -p docs/pictures
picture() { # name, script, time, options
  name="$1" script="$2" time="$3"
  shift 3
  tools/run render "pipelines/examples/$script" --frame "$time" -o "docs/pictures/$name.png" \
    --set size=1280x720 "$@"
}
picture tour-title tour.md 3.5
picture tour-points tour.md 0:17
picture tour-table tour.md 1:11
picture lesson-ar lesson-ar.md 0:13
picture gallery-diagram gallery.md 1:05.5 --theme midnight
picture gallery-code gallery.md 1:56 --theme ink
picture gallery-chart gallery.md 1:28 --theme slate
picture gallery-formula gallery.md 1:40 --theme paper
