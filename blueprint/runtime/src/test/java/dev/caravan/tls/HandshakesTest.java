package dev.caravan.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.faults.Fault;
import dev.caravan.faults.HandshakeFault;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class HandshakesTest {
    @Test
    void aRefusedCertificateIsAFaultThatNamesTheHostAndNotTheReasonInItsWords() {
        Fault fault =
                Handshakes.judged(
                        "p",
                        "api.example",
                        new IOException(new SSLHandshakeException("bad_certificate of CN=us")));
        assertThat(fault)
                .isInstanceOf(HandshakeFault.class)
                .hasMessageContaining("api.example")
                .hasMessageNotContaining("CN=us");
    }

    @Test
    void aFaultThatWasRaisedInsideIsItself() {
        SetupFault inside =
                new SetupFault(
                        new Fault.Account("CARAVAN-CERTIFICATE", "p", "a", "is bad", "x", null));
        assertThat(Handshakes.judged("p", "h", new SSLException(inside))).isSameAs(inside);
    }

    @Test
    void aConnectionThatIsLostIsNoneOfBoth() {
        assertThat(Handshakes.judged("p", "h", new SocketException("Connection reset"))).isNull();
        assertThat(Handshakes.judged("p", "h", new SSLException("closed"))).isNull();
    }
}
