# SPDX-License-Identifier: LGPL-2.1-or-later
# Read by tools/run and tools/test: installs what is missing and builds. Needs $root.

# Installs the packages of the given kinds that are missing; asks for root only then.
install_packages() {
  local kinds="$1" missing
  missing=$(awk -v kinds=" $kinds " '!/^#/ && NF && index(kinds, " " $1 " ") {print $2}' \
              "$root/tools/packages" |
            while read -r package; do
              dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
                command -v "$package" >/dev/null ||  # npm comes with some builds of nodejs
                echo "$package"
            done)
  [ -n "$missing" ] || return 0
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These Debian packages are missing; install them as root:" $missing >&2
      exit 1
    }
    sudo=sudo
  fi
  echo "Installing" $missing >&2
  $sudo apt-get -qq update >&2
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    $missing >&2
}

# build FOLDER [MESON OPTIONS]: configures once, compiles what changed, and is quiet unless it fails.
build() {
  local folder="$1" log
  shift
  log=$(mktemp)
  if ! { { [ -f "$folder/build.ninja" ] || meson setup "$folder" "$root" "$@"; } &&
         meson compile -C "$folder"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}
