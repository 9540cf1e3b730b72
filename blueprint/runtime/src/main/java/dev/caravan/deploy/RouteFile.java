package dev.caravan.deploy;

import java.io.StringReader;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a route file to its end before Camel sees it: Camel takes what is cut off or empty for a
 * file without routes. No DTD, so nothing outside the file is read. Stateless.
 */
final class RouteFile {
    private static final String NAMESPACE = "http://camel.apache.org/schema/xml-io";

    private RouteFile() {}

    /**
     * @throws dev.caravan.faults.SetupFault with line and column where it is no route file
     */
    static void check(Provider provider, String file, String text) {
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
            String wrong = read(xml);
            if (wrong != null) {
                throw provider.refused(place(file, xml.getLocation()), "cannot work: " + wrong);
            }
        } catch (XMLStreamException e) {
            throw provider.refused(place(file, e.getLocation()), "does not parse: " + said(e));
        }
    }

    private static String place(String file, Location at) {
        return at == null
                ? file
                : new Place(file, at.getLineNumber(), at.getColumnNumber()).toString();
    }

    private static String read(XMLStreamReader xml) throws XMLStreamException {
        int depth = 0;
        int inside = 0;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                return "it has a DOCTYPE, expected none";
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (depth == 0
                        && !(xml.getLocalName().equals("camel")
                                && NAMESPACE.equals(xml.getNamespaceURI()))) {
                    return "expected <camel xmlns=\"" + NAMESPACE + "\">";
                }
                inside += depth == 1 ? 1 : 0;
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
        return inside == 0 ? "there is no route in it" : null;
    }

    /** The parser's words without its own way of telling the place. */
    private static String said(XMLStreamException e) {
        String[] lines = String.valueOf(e.getMessage()).split("\n");
        String last = lines[lines.length - 1];
        return last.startsWith("Message: ") ? last.substring("Message: ".length()) : last;
    }
}
