package dev.caravan.deploy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlEndpoint;

/** Has PostgreSQL parse the statement of a {@code sql:} endpoint before it runs. Stateless. */
final class SqlCheck {
    /** Of what kind a parameter is, is known when there is one. */
    private static final String UNTOLD = "42P18";

    private SqlCheck() {}

    /**
     * What PostgreSQL has against the statement; null where nothing, or where it cannot be asked.
     */
    static String flaw(SqlEndpoint endpoint, DataSource ledger) {
        try {
            String query =
                    new DefaultSqlPrepareStatementStrategy()
                            .prepareQuery(
                                    endpoint.getQuery(), endpoint.isAllowNamedParameters(), null);
            try (Connection store = ledger.getConnection();
                    PreparedStatement statement = store.prepareStatement(query)) {
                statement.getParameterMetaData();
                statement.getMetaData();
                return null;
            }
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            return state.startsWith("42") && !state.equals(UNTOLD)
                    ? String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    : null;
        }
    }
}
