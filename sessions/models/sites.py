"""What a site has to hand over and which services it points to. A site with no rows offers everything."""

from django.db import models

from sessions.models.codes import Resource, SignpostKind
from vein_care.accounts.models import Site


class SiteResource(models.Model):
    """A resource that a site stocks."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="stock", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["site", "resource__position"]
        constraints = [models.UniqueConstraint(fields=["site", "resource"], name="care_sessions_siteresource_once")]

    def __str__(self):
        return f"{self.site_id}: {self.resource_id}"


class SiteSignpost(models.Model):
    """A kind of service that a site points people to."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="signposts", db_index=False)
    kind = models.ForeignKey(SignpostKind, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["site", "kind__position"]
        constraints = [models.UniqueConstraint(fields=["site", "kind"], name="care_sessions_sitesignpost_once")]

    def __str__(self):
        return f"{self.site_id}: {self.kind_id}"
