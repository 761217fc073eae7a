# What the launcher itself has to know of the command line. It judges nothing: the programs that it
# starts do.

# Sets: command (the first word that is no option), yes and purge (empty unless given), programs (what
# it needs: a control plane alone runs no containers), data.
read_options() {
    command='' yes='' purge='' programs='machine build' data=${GLOVEBOX_DATA_DIR:-/var/lib/glovebox}
    while [ $# -gt 0 ]; do
        case $1 in
            --) return ;;
            --yes | -y) yes=1 ;;
            --purge) purge=1 ;;
            --no-node) programs=build ;;
            --node) programs='machine build' ;;
            --data-dir=*) data=${1#*=} ;;
            --data-dir) if [ $# -gt 1 ]; then data=$2 && shift; fi ;;
            --help | -h | --version) command=${command:-help} ;;
            -*) : ;;
            *) command=${command:-$1} ;;
        esac
        shift
    done
}
