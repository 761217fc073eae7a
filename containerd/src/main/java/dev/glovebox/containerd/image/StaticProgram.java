package dev.glovebox.containerd.image;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// A program that needs no library of its root file system, read whole.
///
/// @param content the program
record StaticProgram(byte[] content) {
    private static final int PT_INTERP = 3;

    /// Reads a 64-bit little-endian ELF program.
    ///
    /// @throws ImageException when it is none, or asks for a dynamic loader
    static StaticProgram read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            if (!isStatic(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN))) {
                throw unfit(file, "is not linked statically");
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw unfit(file, "is damaged");
        }
        return new StaticProgram(content);
    }

    private static boolean isStatic(ByteBuffer elf) {
        boolean is64LittleEndian =
                elf.getInt(0) == 0x464c457f && elf.get(4) == 2 && elf.get(5) == 1;
        if (!is64LittleEndian) {
            return false;
        }
        long table = elf.getLong(32);
        int entrySize = elf.getShort(54) & 0xffff;
        int entries = elf.getShort(56) & 0xffff;
        for (int i = 0; i < entries; i++) {
            if (elf.getInt(Math.toIntExact(table) + i * entrySize) == PT_INTERP) {
                return false;
            }
        }
        return true;
    }

    private static ImageException unfit(Path file, String why) {
        return new ImageException(
                ImageException.Reason.FAILED, file + " " + why + ", which an image of it needs");
    }
}
