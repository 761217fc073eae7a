package dev.glovebox.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Quantities beside numbers of [BigDecimal].
class QuantityPropertiesTest {
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Map<String, BigDecimal> SUFFIXES =
            Map.ofEntries(
                    Map.entry("", BigDecimal.ONE),
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("k", new BigDecimal("1e3")),
                    Map.entry("M", new BigDecimal("1e6")),
                    Map.entry("G", new BigDecimal("1e9")),
                    Map.entry("T", new BigDecimal("1e12")),
                    Map.entry("P", new BigDecimal("1e15")),
                    Map.entry("E", new BigDecimal("1e18")),
                    Map.entry("Ki", new BigDecimal(BigInteger.ONE.shiftLeft(10))),
                    Map.entry("Mi", new BigDecimal(BigInteger.ONE.shiftLeft(20))),
                    Map.entry("Gi", new BigDecimal(BigInteger.ONE.shiftLeft(30))),
                    Map.entry("Ti", new BigDecimal(BigInteger.ONE.shiftLeft(40))),
                    Map.entry("Pi", new BigDecimal(BigInteger.ONE.shiftLeft(50))),
                    Map.entry("Ei", new BigDecimal(BigInteger.ONE.shiftLeft(60))));

    /// A text and the number that it stands for.
    private record Written(String text, BigDecimal number) {
        static Written draw(Draw draw) {
            String digits = draw.text("0123456789", 1 + draw.below(12));
            if (draw.once(2)) {
                digits += "." + draw.text("0123456789", draw.below(12));
            }
            String sign = draw.once(3) ? draw.pick(java.util.List.of("-", "+")) : "";
            String suffix = draw.pick(java.util.List.copyOf(SUFFIXES.keySet()));
            BigDecimal factor = SUFFIXES.get(suffix);
            if (draw.once(5)) {
                int exponent = draw.below(30) - 12;
                suffix = draw.pick(java.util.List.of("e", "E")) + exponent;
                factor = BigDecimal.ONE.scaleByPowerOfTen(exponent);
            }
            String number = digits.endsWith(".") ? digits + "0" : digits;
            return new Written(
                    sign + digits + suffix, new BigDecimal(sign + number).multiply(factor));
        }

        /// Capped, and rounded away from nothing to a billionth.
        BigDecimal kept() {
            return number.min(LARGEST).max(LARGEST.negate()).setScale(9, java.math.RoundingMode.UP);
        }
    }

    @Test
    void they_are_the_numbers_that_they_say() {
        RandomCases.check(
                2_000,
                draw -> {
                    Written written = Written.draw(draw);
                    assertThat(Quantity.parse(written.text()).amount())
                            .as(written.text())
                            .isEqualByComparingTo(written.kept());
                });
    }

    @Test
    void what_is_written_back_is_read_as_the_same_and_is_canonical() {
        RandomCases.check(
                2_000,
                draw -> {
                    Quantity quantity = Quantity.parse(Written.draw(draw).text());
                    String text = quantity.toString();
                    Quantity again = Quantity.parse(text);
                    // What is no multiple of 1024 is read again as a decimal number.
                    if (again.notation() == quantity.notation()) {
                        assertThat(again.toString()).isEqualTo(text);
                    }
                    assertThat(Quantity.parse(again.toString()).toString())
                            .isEqualTo(again.toString());
                    // A part of a byte is not written in powers of two: it is rounded up.
                    BigDecimal off = again.amount().subtract(quantity.amount()).abs();
                    boolean binary = quantity.notation() == Quantity.Notation.BINARY;
                    assertThat(off)
                            .as(text)
                            .isLessThan(binary ? BigDecimal.ONE : new BigDecimal("1e-9"));
                });
    }

    @Test
    void they_compare_and_add_up_as_numbers_do() {
        RandomCases.check(
                2_000,
                draw -> {
                    Written one = Written.draw(draw);
                    Written two = draw.once(4) ? one : Written.draw(draw);
                    Quantity a = Quantity.parse(one.text());
                    Quantity b = Quantity.parse(two.text());
                    assertThat(Integer.signum(a.compareTo(b)))
                            .as(one + " " + two)
                            .isEqualTo(one.kept().compareTo(two.kept()));
                    assertThat(a.sameAs(b)).isEqualTo(one.kept().compareTo(two.kept()) == 0);
                    assertThat(a.plus(b).minus(b).sameAs(a)).isTrue();
                    assertThat(a.plus(b).amount()).isEqualByComparingTo(one.kept().add(two.kept()));
                });
    }

    @Test
    void any_text_is_a_quantity_or_refused_in_kubernetes_words() {
        RandomCases.check(
                5_000,
                draw -> {
                    String text =
                            draw.once(2)
                                    ? draw.oddText()
                                    : draw.text("0123456789.eE+-numkKMGTPi", draw.length());
                    try {
                        Quantity.parse(text);
                    } catch (IllegalArgumentException refused) {
                        assertThat(refused).hasMessage(Quantity.WORDS);
                    }
                });
    }
}
