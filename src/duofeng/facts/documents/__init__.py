"""Documents as a source: published reports → text with places → candidate figures → facts."""
