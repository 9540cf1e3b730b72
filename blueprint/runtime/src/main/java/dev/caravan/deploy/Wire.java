package dev.caravan.deploy;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * What a provider's calls go over: the network, somebody who looks on, or a recording. Safe for any
 * number of threads.
 */
@FunctionalInterface
public interface Wire {
    /** The network, and nobody looks on. */
    Wire PLAIN = (request, network) -> network.answer();

    /** The way to the network; the answer has its whole body. */
    @FunctionalInterface
    interface Network {
        ClassicHttpResponse answer() throws IOException, HttpException;
    }

    ClassicHttpResponse over(ClassicHttpRequest request, Network network)
            throws IOException, HttpException;
}
