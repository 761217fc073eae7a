package dev.glovebox.node.eviction;

/// What is counted of a disk.
public enum DiskUnit {
    /// Bytes of whole blocks.
    BYTES("--block-size=1"),
    /// Files, directories and whatever else has an inode.
    INODES("--inodes");

    private final String option;

    DiskUnit(String option) {
        this.option = option;
    }

    /// The option of du that has it counted.
    String option() {
        return option;
    }
}
