package dev.glovebox.runtimes.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The system calls that gVisor refused, from what it wrote to its user log: JSON objects whose
/// `log` says `Unsupported syscall NAME(SIX ARGUMENTS)`. The sandbox writes that file, so that a
/// sandbox that was broken into may write anything: whatever looks otherwise is left out, and what
/// is kept has no characters but those of names and numbers.
///
/// What gVisor answers with an error without noting it is not among them: io_uring that is switched
/// off, keys, handles of files, and what it refuses to whoever lacks a capability.
///
/// @param calls each once, in the order in which they were first refused
/// @param complete whether all of the log was read and understood
public record RefusedCalls(List<RefusedCall> calls, boolean complete) {
    /// Calls that are kept: gVisor reports most of them once, and of a few a hundred variants.
    static final int MOST = 500;

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Pattern LINE =
            Pattern.compile(
                    "Unsupported syscall ([a-z0-9_]{1,40})\\(((?:0x[0-9a-f]{1,16},){5}0x[0-9a-f]{1,16})\\)");

    /// Copies the calls.
    public RefusedCalls {
        calls = List.copyOf(calls);
    }

    /// Reads a log's bytes.
    ///
    /// @param whole whether these are all that were written
    static RefusedCalls of(byte[] log, boolean whole) {
        Set<RefusedCall> calls = new LinkedHashSet<>();
        boolean understood = true;
        try (MappingIterator<JsonNode> entries = JSON.readerFor(JsonNode.class).readValues(log)) {
            while (calls.size() < MOST && entries.hasNextValue()) {
                Matcher line = LINE.matcher(entries.nextValue().path("log").asText());
                if (line.find()) {
                    calls.add(
                            RefusedCall.of(
                                    CallNames.of(line.group(1)),
                                    List.of(line.group(2).split(",", -1))));
                }
            }
        } catch (JsonProcessingException e) {
            understood = false;
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
        return new RefusedCalls(List.copyOf(calls), whole && understood && calls.size() < MOST);
    }

    /// Those that could explain that a program fails.
    List<RefusedCall> suspects() {
        return calls.stream().filter(call -> !call.missedByNobody()).toList();
    }
}
