package dev.glovebox.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthorityTest {
    @Test
    void an_address_of_ipv6_stands_in_brackets_before_a_port() {
        assertThat(Authority.of("fd00::1", 80)).isEqualTo("[fd00::1]:80");
        assertThat(Authority.of("10.0.0.1", 80)).isEqualTo("10.0.0.1:80");
        assertThat(Authority.of("example.org", 443)).isEqualTo("example.org:443");
        assertThat(Authority.host("::1")).isEqualTo("[::1]");
    }
}
