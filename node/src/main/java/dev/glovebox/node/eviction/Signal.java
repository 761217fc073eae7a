package dev.glovebox.node.eviction;

import java.util.Optional;
import java.util.stream.Stream;

/// What a node can run out of, in the kubelet's words.
public enum Signal {
    /// Memory of the machine, in bytes.
    MEMORY_AVAILABLE("memory.available", "memory", Condition.MEMORY),
    /// Memory of what all pods together may have, in bytes.
    ALLOCATABLE_MEMORY("allocatableMemory.available", "memory", Condition.MEMORY),
    /// Bytes of the disk with volumes and logs.
    NODEFS_AVAILABLE("nodefs.available", "ephemeral-storage", Condition.DISK),
    /// Inodes of it.
    NODEFS_INODES_FREE("nodefs.inodesFree", "inodes", Condition.DISK),
    /// Bytes of the disk with images and what containers write over them.
    IMAGEFS_AVAILABLE("imagefs.available", "ephemeral-storage", Condition.DISK),
    /// Inodes of it.
    IMAGEFS_INODES_FREE("imagefs.inodesFree", "inodes", Condition.DISK),
    /// Processes and threads of the machine.
    PID_AVAILABLE("pid.available", "pids", Condition.PID);

    private final String word;
    private final String resource;
    private final Condition condition;

    Signal(String word, String resource, Condition condition) {
        this.word = word;
        this.resource = resource;
        this.condition = condition;
    }

    /// What the node's conditions call it.
    public enum Condition {
        /// Too little memory.
        MEMORY(
                "MemoryPressure",
                "KubeletHasInsufficientMemory",
                "kubelet has insufficient memory available",
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available"),
        /// Too little disk.
        DISK(
                "DiskPressure",
                "KubeletHasDiskPressure",
                "kubelet has disk pressure",
                "KubeletHasNoDiskPressure",
                "kubelet has no disk pressure"),
        /// Too few processes.
        PID(
                "PIDPressure",
                "KubeletHasInsufficientPID",
                "kubelet has insufficient PID available",
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available");

        private final String type;
        private final String badReason;
        private final String badMessage;
        private final String goodReason;
        private final String goodMessage;

        Condition(
                String type,
                String badReason,
                String badMessage,
                String goodReason,
                String goodMessage) {
            this.type = type;
            this.badReason = badReason;
            this.badMessage = badMessage;
            this.goodReason = goodReason;
            this.goodMessage = goodMessage;
        }

        /// The type of the node's condition.
        public String type() {
            return type;
        }

        /// Its reason, by whether it holds.
        public String reason(boolean holds) {
            return holds ? badReason : goodReason;
        }

        /// Its message, by whether it holds.
        public String message(boolean holds) {
            return holds ? badMessage : goodMessage;
        }
    }

    /// As thresholds name it.
    public String word() {
        return word;
    }

    /// The resource that is to be reclaimed.
    public String resource() {
        return resource;
    }

    /// The node's condition while it is short of it.
    public Condition condition() {
        return condition;
    }

    static Optional<Signal> parse(String word) {
        return Stream.of(values()).filter(s -> s.word.equals(word)).findFirst();
    }
}
