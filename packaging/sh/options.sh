# What the launcher itself has to know of the command line. It judges nothing: the programs that it
# starts do.

# Sets: command (the first word that is no option), yes and purge (empty unless given), data.
read_options() {
    command='' yes='' purge='' data=${GLOVEBOX_DATA_DIR:-/var/lib/glovebox}
    while [ $# -gt 0 ]; do
        case $1 in
            --) return ;;
            --yes | -y) yes=1 ;;
            --purge) purge=1 ;;
            --data-dir=*) data=${1#*=} ;;
            --data-dir) if [ $# -gt 1 ]; then data=$2 && shift; fi ;;
            --help | -h | --version) command=${command:-help} ;;
            -*) : ;;
            *) command=${command:-$1} ;;
        esac
        shift
    done
}
