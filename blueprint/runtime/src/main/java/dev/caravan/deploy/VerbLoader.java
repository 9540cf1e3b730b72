package dev.caravan.deploy;

/**
 * Sees Camel first and the verbs after it, so that a route can name a fault by its class although
 * Camel's bundle knows nothing of ours.
 */
final class VerbLoader extends ClassLoader {
    private final ClassLoader verbs;

    VerbLoader(ClassLoader camel, ClassLoader verbs) {
        super(camel);
        this.verbs = verbs;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        return verbs.loadClass(name);
    }

    @Override
    protected java.net.URL findResource(String name) {
        return verbs.getResource(name);
    }
}
