# Completions of cb-poll. Written by scripts/completions; do not edit.
complete -c cb-poll -f
complete -c cb-poll -l config -r -F -d 'Read this configuration (default: $CB_CONFIG, else ~/.config/cb/config.json)'
complete -c cb-poll -l state -r -x -a '(__fish_complete_directories)' -d 'Keep everything here (default: $CB_STATE, else ~/.local/state/cb)'
complete -c cb-poll -l json -d 'Print one JSON object per line'
complete -c cb-poll -l quiet -s q -d 'Report problems only: no notes, no progress'
complete -c cb-poll -l verbose -s v -d 'Report more of what is done'
complete -c cb-poll -l color -x -a 'auto always never' -d 'Use colour; auto: on a terminal, unless NO_COLOR is set'
complete -c cb-poll -l help -s h -d 'Print this help'
complete -c cb-poll -l version -d 'Print the version'
complete -c cb-poll -l full -d 'List everything, not only what changed'
complete -c cb-poll -l input -r -F -d 'Read tasks from this file, one JSON object per line; -: standard input'
complete -c cb-poll -l source -r -x -d 'Source of the tasks of --input (default: input)'
complete -c cb-poll -l dry-run -s n -d 'Show what would change; change nothing'
complete -c cb-poll -l follow -d 'Go on until told to stop by SIGTERM or SIGINT'
complete -c cb-poll -l every -r -x -d 'Look again after this time; implies --follow'
complete -c cb-poll -x
