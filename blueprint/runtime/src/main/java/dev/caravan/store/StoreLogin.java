package dev.caravan.store;

/** Where the store is and as whom; the password never shows in {@code toString}. */
public record StoreLogin(String url, String user, String password) {
    @Override
    public String toString() {
        return user + "@" + url;
    }
}
