package dev.glovebox.apiserver.fields;

/// What a manager has.
///
/// @param apiVersion in whose terms the fields are
/// @param time of its last change, as Kubernetes writes it; empty for none
record Owned(FieldSet fields, String apiVersion, String time) {
    Owned with(FieldSet other) {
        return new Owned(other, apiVersion, time);
    }
}
