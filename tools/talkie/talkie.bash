# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of talkie for bash.

_talkie_script_options="--theme --voice --language --size --fps --scenes --set --engine --dialect
  --allow-dir"

# The first column of a list that talkie prints.
_talkie_list() {
  talkie "$1" 2>/dev/null | tail -n +2 | awk -v column="$2" '{ print $column }'
}

_talkie() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local verb=${COMP_WORDS[1]} words=""
  COMPREPLY=()

  if ((COMP_CWORD == 1)); then
    words="render live preview check inspect new theme voices themes presets cache doctor help version"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi

  case $previous in
    --theme | --from) words=$(_talkie_list themes 1) ;;
    --preset) words=$(_talkie_list presets 1) ;;
    --voice) words=$(_talkie_list voices 2) ;;
    --language) words=$(_talkie_list voices 1) ;;
    --captions) words="burned words srt vtt none srt,vtt burned,srt" ;;
    --progress) words="auto bar plain json none" ;;
    --encoder) words="hardware vaapi nvenc v4l2 software" ;;
    --dialect) words="auto talkie narakeet json text" ;;
    --size) words="720p 1080p 1440p 4k square vertical" ;;
    --fps) words="24 25 30 50 60" ;;
    --dump-svg | --stems | --pack | --hls | --cache | --dir | --allow-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return
      ;;
    -o | --output | --sheet | --holding)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --scenes | --start | --ahead | --segment | --playlist | --rtmp | --srt | --port | --frame | --workers | --cache-limit | --set | --engine) return ;;
  esac
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi

  if [[ $current == -* ]]; then
    case $verb in
      render)
        words="--output --preset --captions --pack --frame --dump-svg --sheet --stems --plan --cache --no-cache
          --cache-limit --workers --encoder --cfr --strict --progress --quiet --verbose --help $_talkie_script_options"
        ;;
      live)
        words="--rtmp --hls --srt --window --preset --encoder --segment --playlist --captions --start --loop
          --follow --holding --skip-bad --ahead --strict --workers --cache --no-cache --cache-limit --progress
          --quiet --help $_talkie_script_options"
        ;;
      preview) words="--open --port --cache --workers --help $_talkie_script_options" ;;
      check) words="--strict --quiet --help $_talkie_script_options" ;;
      inspect) words="--json --help $_talkie_script_options" ;;
      new) words="--force --help" ;;
      theme) words="--from --dir --help" ;;
      cache) words="--cache --json --help" ;;
      voices | themes | presets) words="--json --help" ;;
      *) words="--help" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi

  case $verb in
    render | live | preview | check | inspect)
      # Scripts, and folders on the way to them.
      mapfile -t COMPREPLY < <(
        compgen -f -- "$current" | grep -E '\.(md|markdown|json|txt)$'
        compgen -d -- "$current"
      )
      compopt -o filenames 2>/dev/null
      ;;
    cache)
      mapfile -t COMPREPLY < <(compgen -W "info clear" -- "$current")
      ;;
    theme)
      mapfile -t COMPREPLY < <(compgen -W "new list" -- "$current")
      ;;
    help)
      mapfile -t COMPREPLY < <(
        compgen -W "render live preview check inspect new theme voices themes presets cache doctor" -- "$current"
      )
      ;;
  esac
}

complete -F _talkie talkie
