package dev.glovebox.containerd;

import dev.glovebox.containerd.CriException.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;

/// The one place where gRPC's failures become ours.
final class GrpcErrors {
    private GrpcErrors() {}

    static <T> T call(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw translate(operation, e);
        }
    }

    static CriException translate(String operation, Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String description = status.getDescription();
        return new CriException(
                operation,
                code(status.getCode()),
                description == null ? status.getCode().toString() : description,
                failure);
    }

    private static Code code(Status.Code code) {
        return switch (code) {
            case NOT_FOUND -> Code.NOT_FOUND;
            case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> Code.INVALID_ARGUMENT;
            case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
            case CANCELLED -> Code.CANCELLED;
            case OK,
                    UNKNOWN,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    INTERNAL,
                    DATA_LOSS,
                    UNAUTHENTICATED ->
                    Code.OTHER;
        };
    }
}
