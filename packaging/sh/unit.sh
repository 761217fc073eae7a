# Prints a systemd unit for the engine: `glovebox unit | sudo tee /etc/systemd/system/glovebox.service`.

unit() {
    cat <<UNIT
[Unit]
Description=Glovebox: containers that nobody trusts, behind a Kubernetes API
After=network.target

[Service]
Type=exec
Environment=GLOVEBOX_BUILD=never
ExecStart="$launcher" serve --data-dir "$data"
# containerd and the pods outlive the engine, which adopts them when it starts again.
KillMode=process
# How a JVM ends that SIGTERM told to end, and that did so in order.
SuccessExitStatus=143
Delegate=yes
Restart=on-failure
LimitNOFILE=1048576
TasksMax=infinity
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
UNIT
    exit 0
}
