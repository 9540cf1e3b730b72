package dev.caravan.sandbox.trac;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the app's credentials may see now, each thing once however many installations or parents
 * show it, to compare a store with. Every call reads anew, at the twin's clock. Safe for use by
 * many threads.
 */
public final class TracTruth {
    /** One purse as an account; the id is {@code orgId/memberId/purseId}. */
    public record Account(String organizationId, String memberId, Purse purse) {
        public String id() {
            return organizationId + '/' + memberId + '/' + purse.id();
        }
    }

    /** {@code TRAC_MIS}, {@code UK_UPN}, or the name of an external id. */
    public record Identifier(String memberId, String scheme, String value) {}

    private final World world;
    private final Tokens tokens;
    private final Clock clock;
    private final String onlyInstallation;

    TracTruth(World world, Tokens tokens, Clock clock, String onlyInstallation) {
        this.world = world;
        this.tokens = tokens;
        this.clock = clock;
        this.onlyInstallation = onlyInstallation;
    }

    /** The same for one installation alone. */
    public TracTruth of(String installationId) {
        return new TracTruth(world, tokens, clock, installationId);
    }

    /** Of the installations that are active, the organizations that they cover. */
    public List<Organization> organizations() {
        Map<String, Organization> seen = new LinkedHashMap<>();
        world.installations().stream()
                .filter(one -> one.ours() && one.state() == Installation.State.ACTIVE)
                .filter(one -> onlyInstallation.isEmpty() || onlyInstallation.equals(one.id()))
                .flatMap(one -> world.of(one).stream())
                .forEach(one -> seen.put(one.id(), one));
        return List.copyOf(seen.values());
    }

    public List<Member> members() {
        return all(Organization::members);
    }

    public List<Identifier> identifiers() {
        List<Identifier> all = new ArrayList<>();
        for (Member member : members()) {
            if (member.mis() != null) {
                all.add(new Identifier(member.id(), "TRAC_MIS", member.mis().misId()));
            }
            if (member.mis() != null && member.mis().upn() != null) {
                all.add(new Identifier(member.id(), "UK_UPN", member.mis().upn()));
            }
            member.externalIds()
                    .forEach((key, value) -> all.add(new Identifier(member.id(), key, value)));
        }
        return all;
    }

    /** The purses of the members that are listed, with their balances. */
    public List<Account> accounts() {
        return all(
                home ->
                        home.members().stream()
                                .flatMap(
                                        member ->
                                                home.purses(member.id()).stream()
                                                        .map(
                                                                purse ->
                                                                        new Account(
                                                                                home.id(),
                                                                                member.id(),
                                                                                purse)))
                                .toList());
    }

    /** The processed ones. */
    public List<Transaction> transactions() {
        return stream().toList();
    }

    /** The processed ones of one purse, by {@link Transaction#accountId}. */
    public List<Transaction> transactions(String accountId) {
        return stream().filter(row -> row.accountId().equals(accountId)).toList();
    }

    /** Those that exist and are not processed: no store may hold them. */
    public List<Transaction> unsettled() {
        Instant now = clock.instant();
        return all(Organization::transactions).stream()
                .filter(row -> !row.processedAt(now))
                .toList();
    }

    /** Every token ever issued: none of them may be found in clear anywhere. */
    public Set<String> tokensIssued() {
        return tokens.everIssued();
    }

    /** Count, sum and digest of every canonical kind. */
    public List<KindTruth> kinds() {
        List<Account> accounts = accounts();
        List<Transaction> rows = transactions();
        BigDecimal sum =
                BigDecimal.valueOf(rows.stream().mapToLong(Transaction::amountMinor).sum(), 2);
        return List.of(
                KindTruth.of("organization", organizations().stream().map(Organization::id)),
                KindTruth.of("party", members().stream().map(Member::id)),
                KindTruth.counted("party_identifier", identifiers().size()),
                KindTruth.of("account", accounts.stream().map(Account::id)),
                KindTruth.counted("balance", accounts.size()),
                KindTruth.of("transaction", rows.stream().map(Transaction::id)).worth(sum));
    }

    public KindTruth kind(String name) {
        return kinds().stream().filter(one -> one.kind().equals(name)).findFirst().orElseThrow();
    }

    /** All ids of transactions, sorted, as a store must hold them. */
    public Set<String> transactionIds() {
        return stream().map(Transaction::id).collect(TreeSet::new, Set::add, Set::addAll);
    }

    private Stream<Transaction> stream() {
        Instant now = clock.instant();
        return organizations().stream()
                .flatMap(home -> home.transactions().stream())
                .filter(row -> row.processedAt(now));
    }

    private <T> List<T> all(Function<Organization, List<T>> part) {
        return organizations().stream().flatMap(home -> part.apply(home).stream()).toList();
    }
}
