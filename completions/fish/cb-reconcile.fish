# Completions of cb-reconcile. Written by scripts/completions; do not edit.
complete -c cb-reconcile -f
complete -c cb-reconcile -l config -r -F -d 'Read this configuration (default: $CB_CONFIG, else ~/.config/cb/config.json)'
complete -c cb-reconcile -l state -r -x -a '(__fish_complete_directories)' -d 'Keep everything here (default: $CB_STATE, else ~/.local/state/cb)'
complete -c cb-reconcile -l json -d 'Print one JSON object per line'
complete -c cb-reconcile -l quiet -s q -d 'Report problems only: no notes, no progress'
complete -c cb-reconcile -l verbose -s v -d 'Report more of what is done'
complete -c cb-reconcile -l color -x -a 'auto always never' -d 'Use colour; auto: on a terminal, unless NO_COLOR is set'
complete -c cb-reconcile -l help -s h -d 'Print this help'
complete -c cb-reconcile -l version -d 'Print the version'
complete -c cb-reconcile -l check -d 'Show what would be done; change nothing; exit 1 if anything disagrees'
complete -c cb-reconcile -l dry-run -s n -d 'Show what would be done; change nothing'
complete -c cb-reconcile -l follow -d 'Go on until told to stop by SIGTERM or SIGINT'
complete -c cb-reconcile -l every -r -x -d 'Look again after this time; implies --follow'
complete -c cb-reconcile -x
