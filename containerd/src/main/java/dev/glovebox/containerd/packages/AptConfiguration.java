package dev.glovebox.containerd.packages;

import java.nio.file.Path;

/// What apt is told so that it works beside the system and takes nothing unsigned.
final class AptConfiguration {
    /// Pins by origin: Debian's own archive, and nothing else that a source may serve.
    static final String PREFERENCES =
            """
            Package: *
            Pin: release o=Debian
            Pin-Priority: 500

            Package: *
            Pin: release o=Debian Backports
            Pin-Priority: 500

            Package: *
            Pin: release a=*
            Pin-Priority: -1
            """;

    private AptConfiguration() {}

    /// The file for `apt-get -c`, which is read after the system's own, so that it has the last
    /// word; proxies and keys of the system still hold. Hooks of the system are cleared, because
    /// they speak of the system's lists. The directories may be closed to the user `_apt`, hence no
    /// sandbox user.
    static String text(Path apt) {
        return """
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        Dir::Etc::sourcelist "/dev/null";
        Dir::Etc::sourceparts "%1$s/sources.list.d";
        Dir::Etc::preferences "%1$s/preferences";
        Dir::Etc::preferencesparts "/dev/null";
        Dir::State "%1$s";
        Dir::State::lists "%1$s/lists";
        Dir::State::status "%1$s/status";
        Dir::State::extended_states "%1$s/extended_states";
        Dir::Cache "%1$s/cache";
        Dir::Cache::archives "%1$s/cache/archives";
        Dir::Log "%1$s";
        APT::Sandbox::User "root";
        APT::Get::AllowUnauthenticated "false";
        APT::Update::Error-Mode "any";
        Acquire::AllowInsecureRepositories "false";
        Acquire::AllowWeakRepositories "false";
        Acquire::AllowDowngradeToInsecureRepositories "false";
        Acquire::Languages "none";
        Acquire::Retries "2";
        Acquire::http::Timeout "20";
        Acquire::https::Timeout "20";
        """
                .formatted(apt);
    }
}
